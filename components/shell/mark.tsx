/** The logo: a stamp with two ticks, signed and signed again. */
export function Mark({ size = 22 }: { readonly size?: number }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      strokeWidth="1.9"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <rect x="1" y="1" width="22" height="22" rx="6" className="fill-accent" />
      <path d="M5.6 10.6l3 3 5-6.2M5.6 17.6h12.8" stroke="#fff" />
      <path d="M12.2 13.2l.5.5 5-6.2" stroke="#fff" strokeOpacity=".72" />
    </svg>
  )
}
