/**
 * The columns of the machine lists, shared by head, rows and skeleton so that they stand in one
 * line. Narrower than `roomy` the cells of a row become three lines: name; stage and time; verdict
 * and action. A wide action takes no room from the stage above it.
 */
export const COLUMNS =
  'grid grid-cols-[44px_minmax(0,1fr)_158px_232px_148px_172px] wide:grid-cols-[44px_minmax(0,1fr)_96px_236px_292px_168px_188px]'

export const ROW_LINES =
  "max-roomy:grid-cols-[30px_minmax(0,1fr)_auto_auto] max-roomy:gap-x-2.5 max-roomy:gap-y-1.5 max-roomy:py-3 max-roomy:pr-3 max-roomy:[grid-template-areas:'ck_name_name_name''ck_stage_stage_time''ck_ver_act_act']"

export const CELL = {
  check:
    'flex items-center pl-4 max-roomy:[grid-area:ck] max-roomy:items-start max-roomy:pt-px max-roomy:pl-3.5',
  name: 'min-w-0 self-center pr-3 max-roomy:[grid-area:name] max-roomy:pr-0',
  role: 'hidden min-w-0 self-center pr-3 text-fg-2 wide:block',
  stage: 'min-w-0 self-center pr-3 max-roomy:[grid-area:stage] max-roomy:pr-0',
  verdict: 'min-w-0 self-center pr-3 max-roomy:[grid-area:ver] max-roomy:pr-0',
  time: 'self-center pr-3 max-roomy:[grid-area:time] max-roomy:justify-self-end max-roomy:pr-0 max-roomy:text-right',
  action:
    'flex items-center justify-end gap-1 pr-3 max-roomy:[grid-area:act] max-roomy:self-end max-roomy:pr-0',
} as const

/** With the hairline under it; on phones rows are measured. */
export const ROW_HEIGHT = 49
export const PHONE_ROW_HEIGHT = 118
/** Up to so many rows are all drawn: the browser's own search then finds each. */
export const DRAW_ALL = 100
