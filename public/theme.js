// Runs before the first paint, so that a page never flashes in the other theme. A file, not an
// inline script: the content security policy allows none.
try {
  const theme = localStorage.getItem('countersign.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be off: the system's preference decides.
}
