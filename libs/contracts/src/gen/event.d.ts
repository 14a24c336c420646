import type { Writer } from 'protobufjs/minimal';
/** The generated codec of sightline.v1.Event; codec.ts gives it our types. */
export declare namespace sightline {
  namespace v1 {
    class Event {
      static encode(message: object, writer?: Writer): Writer;
      static decode(bytes: Uint8Array): Record<string, unknown>;
    }
  }
}
