import { TriangleAlert } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Fact, Facts, TextFact } from '#components/machine/facts.tsx'
import { ProblemWords } from '#components/problem-words.tsx'
import { Button } from '#components/ui/button.tsx'
import { Chip } from '#components/ui/chip.tsx'
import { ClusterText } from '#components/ui/cluster-text.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { Dialog } from '#components/ui/dialog.tsx'
import { Expander } from '#components/ui/expander.tsx'
import { useMessages, Words } from '#components/ui/messages.tsx'
import { Note } from '#components/ui/note.tsx'
import { ScrollRegion } from '#components/ui/scroll-region.tsx'
import { ValueChips } from '#components/ui/value-chips.tsx'
import { visible } from '#lib/csr/escape.ts'
import { keyWords } from '#lib/csr/reading/key-words.ts'
import { isPendingRow } from '#lib/csr/rows/next-request.ts'
import type { RequestDetail } from '#lib/csr/rows/rows.ts'
import { deletionAt } from '#lib/csr/stage/deadlines.ts'
import { useNow } from '#lib/query/live.ts'

/** Values drawn; further ones are counted. A request may ask for ten thousand names. */
const SHOWN = 200

interface FiledRequestProps {
  readonly request: Pick<RequestDetail, 'uid' | 'requestorDetail' | 'usages'> & {
    readonly reading: Pick<RequestDetail['reading'], 'fingerprint' | 'x509cr'> & {
      readonly problems: readonly { readonly code: string; readonly detail: string }[]
    }
  }
  /** Further facts that the API server stamped. */
  readonly children?: ReactNode
}

/** A request as it was filed: its contents and its requestor. */
export function FiledRequest({ request, children }: FiledRequestProps) {
  const { joined, machine } = useMessages()
  const texts = machine.decoded
  const { reading } = request
  const { x509cr } = reading
  return (
    <>
      {reading.problems.length > 0 && (
        <div className="px-4 pt-3.5">
          <Note
            icon={TriangleAlert}
            tone="void"
            title={x509cr === null ? texts.nothing : texts.unfaithful}
          >
            <ul className="list-disc pl-4">
              {reading.problems.map(({ code, detail }) => (
                <li key={`${code} ${detail}`}>
                  <ProblemWords code={code} detail={detail} />
                </li>
              ))}
            </ul>
          </Note>
        </div>
      )}
      <Part title={texts.claimed.title} text={texts.claimed.text}>
        {x509cr !== null && (
          <>
            <Values name={texts.commonName} values={x509cr.subject.commonNames} />
            <Values name={texts.organization} values={x509cr.subject.organizations} />
            {x509cr.subject.others.length > 0 && (
              <Values name={texts.otherAttributes} values={x509cr.subject.others} />
            )}
            <Values name={texts.dnsNames} values={x509cr.dnsNames} />
            <Values name={texts.ipAddresses} values={x509cr.ipAddresses} />
            {x509cr.emailAddresses.length + x509cr.uris.length + x509cr.otherNames.length > 0 && (
              <Values
                name={texts.otherNames}
                values={[...x509cr.emailAddresses, ...x509cr.uris, ...x509cr.otherNames]}
              />
            )}
            <Fact name={texts.extensions}>
              {x509cr.extensions.length === 0 && <span className="text-fg-3">{texts.none}</span>}
              {x509cr.extensions.map(({ oid, name, value, allowed }) => (
                <Chip key={`${oid} ${value}`} tone={allowed ? 'plain' : 'bad'}>
                  <ClusterText text={`${name} ${value}`} />
                </Chip>
              ))}
            </Fact>
            <Fact name={texts.key}>
              {keyWords(x509cr.publicKey)}
              <ClusterText
                text={`SHA-256 ${x509cr.publicKey.fingerprint}`}
                truncate="none"
                className="basis-full text-xs text-fg-3"
              />
            </Fact>
            <Fact name={texts.signature}>
              {joined.list([
                x509cr.signatureAlgorithm,
                x509cr.signatureValid ? texts.signatureValid : texts.signatureInvalid,
              ])}
            </Fact>
          </>
        )}
        <Fact name={texts.usages}>
          {request.usages.map((usage) => (
            <Chip key={usage}>
              <ClusterText text={usage} face="sans" />
            </Chip>
          ))}
        </Fact>
        <TextFact name={texts.fingerprint} text={`SHA-256 ${reading.fingerprint}`} />
      </Part>
      <Part title={texts.stamped.title} text={texts.stamped.text}>
        <TextFact name={texts.requestor} text={request.requestorDetail.username} />
        <Values name={texts.groups} values={request.requestorDetail.groups} />
        <TextFact name={texts.uid} text={request.uid} />
        {children}
      </Part>
    </>
  )
}

/**
 * The whole content of one request, grouped by source: requestor, API server, decider and signer.
 */
export function DecodedRequest({ request }: { readonly request: RequestDetail }) {
  const { machine, times } = useMessages()
  const texts = machine.decoded
  const now = useNow(60_000)
  const [isPemOpen, setPemOpen] = useState(false)
  const { certificate } = request
  return (
    <>
      <FiledRequest request={request}>
        {isPendingRow(request) && (
          <Fact name={texts.deletion}>
            {texts.deletionAt(times.moment(deletionAt(request.createdAt), now))}
          </Fact>
        )}
      </FiledRequest>
      {(request.conditions.length > 0 || certificate !== null) && (
        <Part title={texts.since.title} text={texts.since.text}>
          {request.conditions.length > 0 && (
            <Fact name={texts.conditions}>
              {request.conditions.map(({ type, reason, message }) => (
                <span key={`${type} ${reason}`} className="basis-full">
                  <ClusterText text={`${type} (${reason})`} />{' '}
                  <ClusterText text={message} face="sans" truncate="none" className="text-fg-2" />
                </span>
              ))}
            </Fact>
          )}
          {certificate !== null && (
            <>
              <Fact name={texts.certificate}>
                {texts.certificateValidity(
                  times.moment(Date.parse(certificate.notBefore), now),
                  times.moment(Date.parse(certificate.notAfter), now),
                )}
              </Fact>
              <TextFact name={texts.issuer} text={certificate.issuer} />
              <TextFact name={texts.serialNumber} text={certificate.serialNumber} />
            </>
          )}
        </Part>
      )}
      <div className="border-t border-line-soft px-4 py-3">
        <div className="flex items-center justify-between">
          <h3 className="-ml-2">
            <Expander open={isPemOpen} onOpen={setPemOpen}>
              {texts.pem}
            </Expander>
          </h3>
          <CopyButton text={request.pem} label={texts.copyPem} look="quiet" />
        </div>
        {isPemOpen && (
          <ScrollRegion
            label={texts.pem}
            className="mt-1 max-h-64 rounded-md bg-sunken px-3 py-2 font-mono text-xs/[18px] wrap-anywhere whitespace-pre-wrap"
          >
            <bdi>{pemText(request.pem)}</bdi>
          </ScrollRegion>
        )}
      </div>
    </>
  )
}

/** Opens the decoded request, as it was when the button was pressed. */
export function DecodedButton({ request }: { readonly request: RequestDetail }) {
  const { machine } = useMessages()
  const [shown, setShown] = useState<RequestDetail | null>(null)
  return (
    <>
      <Button look="quiet" size="small" onClick={() => setShown(request)}>
        {machine.checks.viewDecoded}
      </Button>
      <Dialog
        open={shown !== null}
        onClose={() => setShown(null)}
        width="wide"
        sheet
        title={
          shown !== null && <Words text={machine.decoded.title} blanks={{ name: shown.name }} />
        }
        description={machine.decoded.description}
      >
        {shown !== null && <DecodedRequest request={shown} />}
      </Dialog>
    </>
  )
}

interface PartProps {
  readonly title: string
  /** The source's name in a sentence. */
  readonly text: string
  readonly children: ReactNode
}

/** Statements of one source. */
function Part({ title, text, children }: PartProps) {
  return (
    <section className="border-b border-line-soft last-of-type:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-2 px-4 pt-3.5">
        <h3 className="text-xs font-medium">{title}</h3>
        <p className="text-xs text-fg-3">{text}</p>
      </div>
      <Facts wide>{children}</Facts>
    </section>
  )
}

/** Most characters of PEM shown; invisible characters are escaped, but for line ends. */
const PEM_SHOWN = 16_384

function pemText(pem: string): string {
  const shown = pem.slice(0, PEM_SHOWN).split('\n').map(visible).join('\n')
  return pem.length > PEM_SHOWN ? `${shown}\n…` : shown
}

function Values({ name, values }: { readonly name: string; readonly values: readonly string[] }) {
  const { none } = useMessages().machine.decoded
  return (
    <Fact name={name}>
      <ValueChips values={values} most={SHOWN} none={none} />
    </Fact>
  )
}
