import { describe, expect, it } from 'vitest'
import { IncrementalParser } from '../../../extension/code/incrementalParser.ts'

const SOURCE = `import pytest

async def helper():
    await test_of_nothing()

class TestOrders:
    class TestInner:
        def test_deep(self):
            pass

    @pytest.mark.parametrize("n", [1, 2])
    async def test_refund(self, n):
        async def test_inside():
            return n
        await test_inside()

    def helps(self):
        pass

@pytest.fixture
def shop():
    pass

def test_plain():
    pass
`

/** The test at the first text that stands so on a line, at its first word. */
function at(line: string): string | undefined {
  return new IncrementalParser('python').testAt(SOURCE, SOURCE.indexOf(line))
}

describe('the test at the cursor', () => {
  it.each([
    ['async def test_refund', 'TestOrders.test_refund'],
    ['@pytest.mark.parametrize', 'TestOrders.test_refund'],
    ['return n', 'TestOrders.test_refund'],
    ['await test_inside', 'TestOrders.test_refund'],
    ['def test_deep', 'TestOrders.TestInner.test_deep'],
    ['def test_plain', 'test_plain'],
  ])('of %s is %s', (line, test) => expect(at(line)).toBe(test))

  it.each(['import pytest', 'await test_of_nothing', 'class TestOrders', 'def helps', '@pytest.fixture', 'def shop'])(
    'is none at %s',
    (line) => expect(at(line)).toBeUndefined(),
  )

  it('is none in a TypeScript file', () => {
    expect(new IncrementalParser('typescript').testAt('function test_it() {}', 12)).toBeUndefined()
  })
})
