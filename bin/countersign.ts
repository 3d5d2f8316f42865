#!/usr/bin/env node
import '#lib/server/frugal-process.ts'

// Static, it would be loaded before the process begins again, and then once more.
await import('./serve.ts')
