import { Module } from '@nestjs/common';
import { HaleModule } from 'hale/nestjs';
import { Keyv } from 'keyv';
import { AppController } from './app.controller';
import { AppService } from './app.service';

@Module({
  imports: [HaleModule.forRoot({ checks: { cache: new Keyv() }, logger: false })],
  controllers: [AppController],
  providers: [AppService],
})
export class AppModule {}
