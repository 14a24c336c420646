import protobuf from 'protobufjs/minimal';

// Times and durations are safe integers and travel as plain numbers; must run before the generated code is loaded.
(protobuf.util as { Long: unknown }).Long = null;
protobuf.configure();
