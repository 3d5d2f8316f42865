import { useUrlChoice, useUrlParam } from '#components/shell/url-param.ts'

/**
 * The text and the one choice above a list, stored in the address. `name`: parameter of the choice;
 * `usual`: the value that is not in the address.
 */
export function useListFilter<Value extends string>(
  name: string,
  options: readonly Value[],
  usual: Value,
) {
  const text = useUrlParam('q')
  const choice = useUrlChoice(name, options, usual)
  return {
    filter: { text: text[0], filter: choice[0] },
    /** Props of `ListFilters`. */
    fields: { width: 'w-62 max-tablet:w-full', text, choice, options },
    onClear() {
      text[1]('')
      choice[1](usual)
    },
  }
}
