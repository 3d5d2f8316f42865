import { expect, it } from 'vitest'
import { goDuration } from '#sandbox/control-plane/go-duration.ts'

it.each(['15m', '90s', '1h30m', '1.5s', '300ms', '2h0m0.25s'])(
  'the text %s is a duration',
  (text) => {
    expect(goDuration(text, '--wait')).toBe(text)
  },
)

it.each(['foo', '15', '15 m', '-15m', '0s', '15m1h', '999999h', '1d', ''])(
  'the text “%s” is refused, with the accepted forms',
  (text) => {
    expect(() => goDuration(text, '--wait')).toThrow(
      `--wait takes a duration such as 90s, 15m or 1h30m, not "${text}".`,
    )
  },
)
