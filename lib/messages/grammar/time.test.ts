import { describe, expect, it } from 'vitest'
import { times } from '#lib/messages/en/times.ts'
import { clock, isoSpan, timesIn } from '#lib/messages/grammar/time.ts'

const { date, longSpan, moment, fullMoment, exactMoment, span, stamp, timeOrDay } = times

describe('times of the catalogue', () => {
  it.each([
    [462, '07:42'],
    [3_600, '60:00'],
    [59.9, '00:59'],
    [0, '00:00'],
    [-5, '00:00'],
  ])('the countdown of %d s is %s', (seconds, expected) => {
    expect(clock(seconds)).toBe(expected)
  })

  it.each([
    [42, '42 s', '42 s'],
    [64, '1 min', '1 min 04 s'],
    [472, '7 min', '7 min 52 s'],
    [3_900, '65 min', '1 h 05 min'],
    [3 * 3_600, '3 h', '3 h 00 min'],
    [19 * 86_400, '19 d', '19 d'],
  ])('a span of %d s is %s, or %s in long form', (seconds, short, long) => {
    expect(span(seconds)).toBe(short)
    expect(longSpan(seconds)).toBe(long)
  })

  it('a span for machines is in ISO 8601', () => {
    expect(isoSpan(462.7)).toBe('PT462S')
  })

  it('a moment of another day has the day', () => {
    const at = Date.parse('2026-11-24T14:41:00')
    expect(moment(at, at)).toBe('14:41')
    expect(moment(at, at + 2 * 86_400_000)).toBe('24 Nov, 14:41')
    expect(moment(Number.NaN, at)).toBe('—')
    expect(exactMoment(at, at)).toBe('14:41:00')
    expect(exactMoment(at, at + 2 * 86_400_000)).toBe('24 Nov, 14:41')
    expect(exactMoment(Number.NaN, at)).toBe('—')
    expect(timeOrDay(at, at + 3_600_000)).toBe('14:41:00')
    expect(timeOrDay(at, at + 10 * 3_600_000)).toBe('14:41:00')
    expect(timeOrDay(at, at + 24 * 3_600_000)).toBe('24 Nov')
    expect(timeOrDay(at, at + 365 * 86_400_000)).toBe('24 Nov')
    expect(timeOrDay(Number.NaN, at)).toBe('—')
  })

  it('a moment of another year has the year', () => {
    const at = Date.parse('2026-12-31T23:41:00')
    expect(moment(at, Date.parse('2026-01-01T00:00:00'))).toBe('31 Dec, 23:41')
    expect(moment(at, Date.parse('2027-01-01T00:10:00'))).toBe('31 Dec 2026, 23:41')
    expect(moment(at, Date.parse('2019-12-31T23:41:00'))).toBe('31 Dec 2026, 23:41')
    expect(fullMoment(at)).toBe('31 Dec 2026, 23:41')
    expect(date(at)).toBe('31 Dec 2026')
    expect(fullMoment(Number.NaN)).toBe('—')
  })

  it('a full moment has everything, with its zone', () => {
    const at = Date.parse('2026-12-31T23:41:07')
    expect(stamp(at)).toMatch(/^31 Dec 2026, 23:41:07 (UTC|GMT|[A-Z]{3,4})([+-]\d+)?$/)
    expect(stamp(Number.NaN)).toBe('—')
  })

  it('moments follow the language', () => {
    const german = timesIn('de', { second: 'Sek.', minute: 'Min.', hour: 'Std.', day: 'T.' })
    const at = Date.parse('2026-10-24T14:41:00')
    expect(german.longSpan(64)).toBe('1 Min. 04 Sek.')
    expect(german.day(at)).toBe('24. Okt.')
  })
})
