import { expect, it } from 'vitest'
import { compiledEagerly } from '#lib/web/door/eager-modules.ts'

const chunk = (modules: string) =>
  `(globalThis.TURBOPACK||(globalThis.TURBOPACK=[])).push(["object"==typeof document?document.currentScript:void 0,${modules}]);`

it.each([
  [
    'each module',
    '1,2,e=>{e.v(1)},3,function(e){e.v("},4,e=>{")}',
    '1,2,(e=>{e.v(1)}),3,(function(e){e.v("},4,e=>{")})',
  ],
  ['two of the same text', '1,e=>{},2,e=>{}', '1,(e=>{}),2,(e=>{})'],
  ['no module', '"static/chunks/a.js"', '"static/chunks/a.js"'],
])('the parentheses go around %s of a chunk', (_, modules, eager) => {
  expect(compiledEagerly(chunk(modules))).toBe(chunk(eager))
})

it('the parentheses run no module', () => {
  expect(() => compiledEagerly(chunk('1,e=>{throw 1}'))).not.toThrow()
})
