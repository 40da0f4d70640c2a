import { Injectable } from '@nestjs/common';
import { HaleCheck } from 'hale/nestjs';

@Injectable()
export class AppService {
  getHello(): string {
    return 'Hello World!';
  }

  @HaleCheck('greeting')
  async greet(): Promise<void> {}
}
