import type { AgentState, Channel, Direction, EndedBy, FlowOutReason, TransferMode } from './event';

/** Texts of our types by their number in the wire format; index 0 is "not stated". */
export const DIRECTIONS: readonly (Direction | undefined)[] = [undefined, 'inbound', 'outbound', 'internal'];
export const CHANNELS: readonly (Channel | undefined)[] = [undefined, 'voice', 'callback', 'chat', 'email', 'sms'];
export const TRANSFER_MODES: readonly (TransferMode | undefined)[] = [undefined, 'warm', 'cold'];
export const FLOW_OUT_REASONS: readonly (FlowOutReason | undefined)[] = [
  undefined,
  'callback',
  'voicemail',
  'otherQueue',
  'backToClinic',
  'exitKey',
  'timeout',
  'closed',
  'noAgents',
];
export const ENDED_BY: readonly (EndedBy | undefined)[] = [undefined, 'agent', 'caller', 'system'];
export const AGENT_STATES: readonly (AgentState | undefined)[] = [undefined, 'available', 'busy', 'wrapUp', 'paused'];
