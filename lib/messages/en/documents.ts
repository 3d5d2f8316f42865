/** The pages of the admin's documents: the policy, and the list of expected machines. */
export const documents = {
  failedText: 'Countersign said: {message}',
  said: 'In full: {message}',
  line: (line: number) => `Line ${line}`,
  goTo: (line: number) => `Go to line ${line}`,
  saving: 'Saving…',
  problems: (count: number) =>
    count === 1 ? '1 problem: it would be refused' : `${count} problems: it would be refused`,
  off: {
    problems: 'Off until every line can be read.',
    checking: 'Off until the text has been checked.',
    unchanged: 'Nothing has changed.',
    changedMeanwhile: 'Off until you have chosen which of the two texts stands.',
  },
  meanwhile: {
    text: 'Yours is not saved. Take theirs and begin again, or keep yours and save it over theirs.',
    theirs: 'Take theirs',
    mine: 'Keep mine',
  },
  unknownText: 'The answer was lost. Look at what is kept there now before you save again.',
  copyManifest: 'Copy the manifest',
  copyText: 'Copy the text',
  mayNot: 'You may not write the ConfigMap. A person with that right applies this:',
  mayNotFile: 'You may not write this file. A person with that right puts this text there:',
  manifest: 'The manifest to apply',
  toForce: 'To put it in force',
  /** For a ConfigMap with the label `app.kubernetes.io/managed-by: Helm`. */
  helm: {
    title: 'Managed by Helm: saved here, the next upgrade puts it back, or is refused.',
    owned: 'The ConfigMap {where} belongs to the release {release}.',
    unnamed: 'The ConfigMap {where} belongs to a release of Helm.',
    values: 'Change {value} in its values, or give it your own with {own}.',
    elsewhere: 'Change it in the values of that release, or keep it in a ConfigMap of your own.',
    copy: 'Copy as values',
  },
}
