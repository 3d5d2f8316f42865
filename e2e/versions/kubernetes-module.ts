/** The control plane's Go module with another Kubernetes than the repository's. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cache, go } from '#sandbox/control-plane/go.ts'

const SOURCES = fileURLToPath(new URL('../../sandbox/control-plane/', import.meta.url))

/** One minor version of Kubernetes, and its differences from the repository’s. */
export interface Minor {
  /** Latest patch release that the Go module proxy has, such as `v1.33.13`. */
  readonly version: string
  /** Modules of the repository's version that this version does not have. */
  readonly without?: readonly string[]
  /** Changes to Go sources for functions whose parameters changed: file, text, other text. */
  readonly edits?: readonly (readonly [file: string, from: string, to: string])[]
}

/** The minors that `npm run versions` tries. */
export const MINORS: readonly Minor[] = [
  {
    version: 'v1.33.13',
    without: ['k8s.io/cri-streaming', 'k8s.io/streaming'],
    edits: [
      ['kubelet.go', 'InitializeTLS(ctx, ', 'InitializeTLS('],
      ['components.go', 'NewKubeletCommand(context.Background())', 'NewKubeletCommand()'],
      ['components.go', '\t"context"\n', ''],
      // The version of that kind came with 1.34.
      [
        'controlplane.go',
        '[]byte(c.options.AuthenticationConfig)',
        '[]byte(strings.Replace(c.options.AuthenticationConfig, "k8s.io/v1", "k8s.io/v1beta1", 1))',
      ],
    ],
  },
  { version: 'v1.34.4', without: ['k8s.io/cri-streaming', 'k8s.io/streaming'] },
  { version: 'v1.35.4', without: ['k8s.io/cri-streaming', 'k8s.io/streaming'] },
  { version: 'v1.36.3' },
  {
    version: 'v1.37.2',
    edits: [
      ['kubelet.go', 'NewFakeContainerManager()', 'NewFakeContainerManager(klog.FromContext(ctx))'],
      ['kubelet.go', '\t"k8s.io/mount-utils"\n', '\t"k8s.io/klog/v2"\n\t"k8s.io/mount-utils"\n'],
    ],
  },
]

/** `1.33` of `v1.33.13`. */
export function minorOf({ version }: Minor): string {
  return version.split('.').slice(0, 2).join('.').slice(1)
}

/**
 * Writes the module with that Kubernetes and returns its folder: the repository's own where the
 * version is the same. Throws when an edit finds nothing to change, or when Go fails.
 */
export async function moduleWith(minor: Minor): Promise<string> {
  const goMod = readFileSync(join(SOURCES, 'go.mod'), 'utf8')
  if (goMod.includes(`k8s.io/kubernetes ${minor.version}\n`)) return SOURCES
  const folder = join(cache, 'versions', minorOf(minor))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(SOURCES).filter((file) => /\.(go|yaml)$/.test(file))) {
    copyFileSync(join(SOURCES, name), join(folder, name))
  }
  for (const [file, from, to] of minor.edits ?? []) {
    const before = readFileSync(join(folder, file), 'utf8')
    if (!before.includes(from)) throw new Error(`${file} has no ${from}`)
    writeFileSync(join(folder, file), before.replace(from, to))
  }
  writeFileSync(join(folder, 'go.mod'), withKubernetes(goMod, minor))
  await go(['mod', 'tidy'], { cwd: folder })
  return folder
}

/** Modules whose version that Kubernetes chooses. */
const CHOSEN = ['github.com/google/cadvisor', 'go.opentelemetry.io/otel/trace']

/**
 * `go.mod` with this Kubernetes, without indirect requirements: `go mod tidy` finds those of the
 * version.
 */
export function withKubernetes(goMod: string, { version, without = [] }: Minor): string {
  const staging = version.replace('v1.', 'v0.')
  return goMod
    .split('\n')
    .filter((line) => !line.endsWith('// indirect'))
    .filter(
      (line) => ![...without, ...CHOSEN].some((module) => line.trim().startsWith(`${module} `)),
    )
    .map((line) =>
      /^\s*k8s\.io\//.test(line)
        ? line.replace(/ v1\.3\d\.\d+$/, ` ${version}`).replace(/ v0\.3\d\.\d+$/, ` ${staging}`)
        : line,
    )
    .join('\n')
}
