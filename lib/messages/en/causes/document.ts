import type { DOCUMENT_CAUSES } from '#lib/csr/causes/document-causes.ts'
import { sentences } from '#lib/messages/grammar/sentences.ts'

export const documentCauses = sentences<typeof DOCUMENT_CAUSES>()({
  fileAbsent: 'There is no file {path}.',
  fileNotAFile: '{path} is not a file.',
  fileTooLarge: '{path} is larger than {bytes} bytes.',
  fileNotText: '{path} is not UTF-8 text.',
  fileUnreadable: '{path} cannot be read ({code}).',
  fileNotWritten: '{path} cannot be written ({code}).',
  fileChanged: '{path} is not what was read.',
  configMapAbsent: 'The ConfigMap {place} does not exist.',
  configMapWithoutKey: 'The ConfigMap {place} has no {key}.',
  configMapBinary: 'The ConfigMap {place} has {key} as binaryData, which is not UTF-8 text.',
  configMapNotText: '{key} in the ConfigMap {place} is not text.',
  configMapTooLarge: '{key} in the ConfigMap {place} is larger than {bytes} bytes.',
  configMapUnreadable: 'The ConfigMap {place} cannot be read.',
  configMapForbidden:
    'The ConfigMap {place} cannot be read: that takes the right to `get` it, which this identity does not have.',
  configMapChanged: '{key} in the ConfigMap {place} is not what was read.',
  configMapBoth: 'The ConfigMap {place} holds both {key} and {other}: remove one of them.',
  configMapBusy: 'The ConfigMap {place} does not stop changing.',
  tooLargeToSave: 'It is larger than {bytes} bytes.',
  policyUnknown:
    'The policy has not been read yet, and what it forbids would look allowed: the verdicts here do not count, and nothing can be decided until it can be read. Countersign keeps trying.',
  nowhereToSaveList: 'There is no ConfigMap to save the list to.',
  nowhereToSavePolicy: 'There is no place to save the policy to.',
  nowhereBesidePolicy: 'There is no policy document to keep it beside.',
  problemAt: 'Line {line}, column {column}:',
  problemAtPath: 'Line {line}, column {column}: {path}:',
  problemsMore: 'And {count} more.',
})
