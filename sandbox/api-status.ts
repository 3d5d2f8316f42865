/** Details of a refusal, whose text and shape are those of the API server. */
interface StatusDetails {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly causes?: readonly {
    readonly reason: string
    readonly message: string
    readonly field?: string
  }[]
  readonly retryAfterSeconds?: number
}

/** The object of a refusal: `certificatesigningrequests.certificates.k8s.io "csr-x"`. */
export interface Named {
  readonly group: string
  readonly plural: string
  readonly kind: string
  readonly name: string
}

/** Thrown inside the sandbox's API; the server turns it into an answer. */
export class Refusal extends Error {
  readonly status: Readonly<Record<string, unknown>> & { readonly code: number }

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message)
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code,
    }
  }
}

export function notFound(what: Named): Refusal {
  return new Refusal(
    404,
    'NotFound',
    `${resourceText(what)} "${what.name}" not found`,
    detailsOf(what),
  )
}

export function alreadyExists(what: Named): Refusal {
  const message = `${resourceText(what)} "${what.name}" already exists`
  return new Refusal(409, 'AlreadyExists', message, detailsOf(what))
}

export function conflict(what: Named, why: string): Refusal {
  const message = `Operation cannot be fulfilled on ${resourceText(what)} "${what.name}": ${why}`
  return new Refusal(409, 'Conflict', message, detailsOf(what))
}

export function forbidden(what: Named, why: string): Refusal {
  const name = what.name === '' ? '' : ` "${what.name}"`
  const message = `${resourceText(what)}${name} is forbidden: ${why}`
  return new Refusal(403, 'Forbidden', message, detailsOf(what))
}

export function forbiddenPath(why: string): Refusal {
  return new Refusal(403, 'Forbidden', `forbidden: ${why}`, {})
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, 'BadRequest', message)
}

export function expired(message: string): Refusal {
  return new Refusal(410, 'Expired', message)
}

/** Refuses a version that this server has not reached. */
export function tooLarge(version: number, current: number): Refusal {
  const what = 'Too large resource version'
  return new Refusal(504, 'Timeout', `Timeout: ${what}: ${version}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: what }],
    retryAfterSeconds: 1,
  })
}

export function unauthorized(): Refusal {
  return new Refusal(401, 'Unauthorized', 'Unauthorized')
}

/** A field of the object, and what is wrong with it. */
export interface FieldError {
  readonly field: string
  readonly message: string
}

/** A refusal with these errors; null without errors. */
export function invalid(what: Named, errors: readonly FieldError[]): Refusal | null {
  if (errors.length === 0) return null
  const texts = errors.map((error) => `${error.field}: ${error.message}`)
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`
  const qualified = what.group === '' ? what.kind : `${what.kind}.${what.group}`
  return new Refusal(422, 'Invalid', `${qualified} "${what.name}" is invalid: ${list}`, {
    ...detailsOf(what),
    kind: what.kind,
    causes: errors.map((error) => ({ reason: 'FieldValueForbidden', ...error })),
  })
}

function resourceText({ plural, group }: Named): string {
  return group === '' ? plural : `${plural}.${group}`
}

function detailsOf({ name, group, plural }: Named): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind: plural,
  }
}
