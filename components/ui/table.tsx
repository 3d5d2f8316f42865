import type { ComponentPropsWithRef, ReactNode } from 'react'

/*
 * Real table elements with grid display, so that columns keep their width and become three lines on
 * phones. Some browsers then drop the table semantics, so each part states its role.
 */

export function Table(props: ComponentPropsWithRef<'table'>) {
  // biome-ignore lint/a11y/noRedundantRoles: lost with display: block
  return <table role="table" {...props} />
}

export function TableHead(props: ComponentPropsWithRef<'thead'>) {
  // biome-ignore lint/a11y/noRedundantRoles: lost with display: block
  return <thead role="rowgroup" {...props} />
}

export function TableBody(props: ComponentPropsWithRef<'tbody'>) {
  // biome-ignore lint/a11y/noRedundantRoles: lost with display: block
  return <tbody role="rowgroup" {...props} />
}

export function TableRow(props: ComponentPropsWithRef<'tr'>) {
  // biome-ignore lint/a11y/noRedundantRoles: lost with display: grid
  return <tr role="row" {...props} />
}

export function TableCell(props: ComponentPropsWithRef<'td'>) {
  // biome-ignore lint/a11y/noRedundantRoles: lost with display: block
  return <td role="cell" {...props} />
}

export function ColumnHead(props: ComponentPropsWithRef<'th'>) {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: lost with display: block
    <th role="columnheader" scope="col" {...props} />
  )
}

interface ColumnHeadsProps extends Pick<ComponentPropsWithRef<'thead'>, 'className'> {
  readonly row?: string | undefined
  /** The text of each head, and its classes. */
  readonly heads: readonly (readonly [head: ReactNode, look: string])[]
}

/** The one row of heads above a short table. */
export function ColumnHeads({ className, row, heads }: ColumnHeadsProps) {
  return (
    <TableHead className={className}>
      <TableRow className={row}>
        {heads.map(([head, look], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the columns of one table never move
          <ColumnHead key={index} className={look}>
            {head}
          </ColumnHead>
        ))}
      </TableRow>
    </TableHead>
  )
}

export function RowHead(props: ComponentPropsWithRef<'th'>) {
  return (
    // biome-ignore lint/a11y/noRedundantRoles: lost with display: block
    <th role="rowheader" scope="row" {...props} />
  )
}
