/** The record of one request, on its page. */
export const recorded = {
  title: 'What was recorded',
  seen: 'Seen for the first time, filed by {requestor}',
  seenDecided: 'Seen for the first time, filed by {requestor} and decided already',
  attempts: { approve: '{who} asked to approve it', deny: '{who} asked to deny it' },
  noOutcome: 'the record does not say what became of it',
  auditId: 'Audit-Id',
  dismissed: 'Its alarm was marked as seen',
  dismissedBy: '{who} marked its alarm as seen',
  checks: 'Checks when it was first seen',
  request: 'Request when it was first seen',
  more: 'The record has more entries. The export of the whole record has all of them.',
}
