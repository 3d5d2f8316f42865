import { describe, expect, it } from 'vitest'
import { withHeader } from '#lib/csr/policy/list-header.ts'

describe('a list without a header gets one', () => {
  it.each([
    ['a column of names', 'worker-1\nworker-2\n', 'name'],
    ['one name', 'worker-1.example.com', 'name'],
    [
      'names and addresses',
      'worker-1,198.51.100.1\nworker-2,198.51.100.2 2001:db8::2\n',
      'name,addresses',
    ],
    ['addresses first', '198.51.100.1;worker-1\n198.51.100.2;worker-2', 'addresses;name'],
    [
      'a role, and fields left out',
      'worker-1\t\tworker\nworker-2\t::1\tinfra\n',
      'name\taddresses\trole',
    ],
    [
      'an address with a name beside it',
      'w1,198.51.100.1 w1.example.com\nw2,198.51.100.2',
      'name,addresses',
    ],
    ['a comment and blank lines', '# rack 2\n\nworker-1\r\nworker-2\r\n', 'name'],
    ['a row without its last field', 'w1,198.51.100.1\nw2\n', 'name,addresses'],
  ])('withHeader adds a header by the contents: %s', (_, text, header) => {
    const headed = withHeader(text)
    expect(headed?.text).toBe(`${header}\n${text}`)
    expect(headed?.columns).toEqual(header.split(/[,;\t]/))
  })

  it('a list gets a header also where a name stands twice, so that its reader says where', () => {
    expect(withHeader('worker-1\nworker-1\n')?.columns).toEqual(['name'])
  })

  it('a header replaces a byte-order mark', () => {
    expect(withHeader('\uFEFFworker-1\n')?.text).toBe('name\nworker-1\n')
  })
})

it.each([
  ...['server', 'servers', 'VM', 'vms', 'instance', 'instances', 'id', 'machine', 'machines'],
  ...['node', 'nodes', 'host', 'hosts', 'hostname', 'hostnames', 'server-name', 'vm_id', 'fqdn'],
])('withHeader never reads the header %s as a machine', (header) => {
  expect(withHeader(`${header}\nworker-01\n`)).toBeNull()
})

it.each([
  ['nothing', ''],
  ['a header', 'name,addresses\nworker-1,::1'],
  ['a header in other words', 'hostname\nworker-1'],
  ['a header of some columns', 'machine,ip\nworker-1,::1'],
  ['YAML', '- worker-1'],
  ['quotes', '"worker-1"\n"worker-2"'],
  ['a row without a name', 'worker-1,::1\n,::2'],
  ['a row that fits no column', 'worker-1\nWorker 2'],
  ['two columns of names', 'w1,w1.example.com\nw2,w2.example.com'],
  ['two columns of addresses', 'w1,::1,::2'],
  ['a column that is neither', 'w1,b4:2e:99:00:00:01\nw2,b4:2e:99:00:00:02'],
  ['addresses alone', '198.51.100.1\n198.51.100.2'],
  ['roles alone', 'worker\ninfra'],
  ['an empty column', 'w1,\nw2,'],
])('withHeader leaves %s to the reader', (_, text) => {
  expect(withHeader(text)).toBeNull()
})
