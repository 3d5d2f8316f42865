import { launch } from '#lib/query/launch.ts'

// Next runs this file before its router reads the address. The router would keep the key, and put it
// back whenever a person returns to that page.
launch()
