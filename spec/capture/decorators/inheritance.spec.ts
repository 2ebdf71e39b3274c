import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { trackCompile } from '../../../lib/index.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';

describe('decorated methods and inheritance', () => {
  let tracking: Tracking;

  beforeEach(() => {
    tracking = startTracking({ journal: false });
  });

  afterEach(() => tracking.stop());

  async function compiles() {
    await tracking.seen.settled();
    const { seen } = tracking;
    expect(seen.of('onCompileEnd')).to.have.length(seen.of('onCompileStart').length);
    expect(seen.of('onRunEnd')).to.have.length(seen.of('onRunStart').length);
    return seen.of('onCompileStart').map(({ data }) => data);
  }

  it('super.compile is the same run, both decorated or only one', async () => {
    @trackCompile({ label: 'Base' })
    class Base {
      async compile(x: number) {
        return x;
      }
    }
    @trackCompile({ label: 'Derived' })
    class Derived extends Base {
      override async compile(x: number) {
        await null;
        return (await super.compile(x)) + (await super.compile(x));
      }
    }
    class Undecorated extends Base {
      override async compile(x: number) {
        return (await super.compile(x)) * 10;
      }
    }
    class Replaced extends Base {
      override async compile(x: number) {
        return x;
      }
    }
    expect(await new Derived().compile(1)).to.equal(2);
    expect(await new Undecorated().compile(1)).to.equal(10);
    expect(await new Replaced().compile(1)).to.equal(1);
    expect((await compiles()).map(({ optimizer }) => optimizer)).to.deep.equal(['Derived', 'Base']);
  });

  it('a decorated subclass that inherits compile is tracked under its own label, once, and follows later changes', async () => {
    class Base {
      compile(): string {
        return 'base';
      }
    }
    @trackCompile({ label: 'Derived' })
    class Derived extends Base {}
    expect(new Derived().compile()).to.equal('base');
    Base.prototype.compile = () => 'patched';
    expect(new Derived().compile()).to.equal('patched');
    expect(new Base().compile()).to.equal('patched');
    expect((await compiles()).map(({ optimizer }) => optimizer)).to.deep.equal(['Derived', 'Derived']);
  });

  it('without a label a run is named after the class of this', async () => {
    @trackCompile()
    class Base {
      compile() {}
    }
    class Derived extends Base {}
    new Derived().compile();
    expect((await compiles())[0]?.optimizer).to.equal('Derived');
  });

  it('an optimizer inside an optimizer is a compile of its own inside the same run, recursion too', async () => {
    @trackCompile()
    class Inner {
      async compile() {}
    }
    @trackCompile()
    class Outer {
      async compile(depth: number): Promise<void> {
        await new Inner().compile();
        if (depth > 0) await this.compile(depth - 1);
      }
    }
    await new Outer().compile(1);
    const all = await compiles();
    expect(all.map(({ optimizer }) => optimizer)).to.deep.equal(['Outer', 'Inner', 'Outer', 'Inner']);
    expect(tracking.seen.of('onRunStart')).to.have.length(1);
    expect(all.filter(({ parentCompileId }) => parentCompileId !== undefined)).to.have.length(3);
  });

  it('a decorated subclass that inherits a decorated compile is one run, under its own label', async () => {
    @trackCompile({ label: 'Base' })
    class Base {
      async compile(x: number) {
        return x;
      }
    }
    @trackCompile({ label: 'Derived' })
    class Derived extends Base {}
    expect(await new Derived().compile(3)).to.equal(3);
    expect((await compiles()).map(({ optimizer }) => optimizer)).to.deep.equal(['Derived']);
  });
});
