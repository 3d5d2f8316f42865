/**
 * `npm run image`: writes the image of both programs as an OCI archive, without a daemon, and its
 * bill of materials. Needs a build (`npm run build`), Debian's `apt-get` and `dpkg-deb`, and GNU `tar`.
 */
import { parseArgs } from 'node:util'
import { buildImage } from './image.ts'
import { copyImageFiles } from './program.ts'

const HELP = `Usage: npm run image -- [options]

  --node <file>   Node's own binary, as nodejs.org signs it, for a release
                  (the one that this project is run with, which came from npm)
  --output <dir>  folder for the archive and its bill of materials (.cache/image)
  --files <dir>   write the programs' files alone into that folder, as the Dockerfile does
`

const { values } = parseArgs({
  options: {
    node: { type: 'string', default: process.execPath },
    output: { type: 'string', default: '.cache/image' },
    files: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) process.stdout.write(HELP)
else if (values.files !== undefined) await copyImageFiles(values.files)
else {
  const image = await buildImage(values)
  for (const line of [
    `archive   ${image.archive}  ${(image.bytes / 1e6).toFixed(1)} MB`,
    `digest    ${image.digest}`,
    `contents  ${image.sbom}`,
  ]) {
    console.log(line)
  }
}
