/** Words of checks without an answer, because the request or another source cannot be read. */
export const unread = {
  request: {
    short: '要求を読み取れません',
    summary: '要求を読み取れないため、判断できません。',
  },
  nodes: {
    short: 'Node を読み取れません',
    summary: 'Node を読み取れないため、判断できません。',
    remedy: 'Countersign のアカウントに、`nodes` の `list` と `watch` を許可してください。',
  },
  machines: {
    short: 'Machine を読み取れません',
    summary: 'Machine を読み取れないため、判断できません。',
    remedy: 'Countersign のアカウントに、`machines` の `list` と `watch` を許可してください。',
  },
  machinesPartly: {
    short: '一部の Machine を読み取れません',
    summary: '一部の Machine を読み取れないため、判断できません。',
    remedy:
      'Countersign のアカウントに、`machines` の `list` と `watch` を、`machines` を提供するすべての API について許可してください。',
  },
}
