import { Test, TestingModule } from '@nestjs/testing';
import { createHealth, HaleError } from 'hale';
import { HaleService } from 'hale/nestjs';
import { AppModule } from './app.module';

describe('AppModule', () => {
  let app: TestingModule;

  beforeEach(async () => {
    app = await Test.createTestingModule({ imports: [AppModule] }).compile();
    await app.init();
  });

  afterEach(() => app.close());

  it('has a health with the checks of its providers', async () => {
    const report = await app.get(HaleService).health.report('deep');
    const statuses = report.checks.map(({ name, status }) => [name, status]);
    expect(statuses.sort()).toEqual([
      ['cache', 'up'],
      ['greeting', 'up'],
    ]);
  });

  it('throws errors that are recognised', () => {
    expect(() => createHealth({ deadline: -1 })).toThrow(HaleError);
  });
});
