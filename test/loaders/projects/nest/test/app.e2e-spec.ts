import { INestApplication } from '@nestjs/common';
import { Test, TestingModule } from '@nestjs/testing';
import { AppModule } from './../src/app.module';

describe('AppController (e2e)', () => {
  let app: INestApplication;

  beforeEach(async () => {
    const moduleFixture: TestingModule = await Test.createTestingModule({
      imports: [AppModule],
    }).compile();

    app = moduleFixture.createNestApplication();
    await app.listen(0, '127.0.0.1');
  });

  afterEach(() => app.close());

  it.each([
    ['/', 'Hello World!'],
    ['/health/ready', '{"status":"ok"}'],
    ['/health/deep/greeting', '{"status":"ok"}'],
  ])('%s (GET)', async (path, body) => {
    const response = await fetch((await app.getUrl()) + path);
    expect([response.status, await response.text()]).toEqual([200, body]);
  });
});
