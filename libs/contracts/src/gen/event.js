/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
"use strict";

var $protobuf = require("protobufjs/minimal");

var $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
var $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

var $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});

$root.sightline = (function() {

    var sightline = {};

    sightline.v1 = (function() {

        var v1 = {};

        v1.Event = (function() {

            var Event = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Event.prototype.source = "";
            Event.prototype.eventId = "";
            Event.prototype.revision = 0;
            Event.prototype.tombstone = false;
            Event.prototype.rank = 0;
            Event.prototype.sequence = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Event.prototype.occurredAt = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Event.prototype.receivedAt = $util.Long ? $util.Long.fromBits(0,0,false) : 0;
            Event.prototype.schema = 0;
            Event.prototype.call = null;
            Event.prototype.visitId = "";
            Event.prototype.queue = "";
            Event.prototype.login = "";
            Event.prototype.reportedWaitMs = null;
            Event.prototype.reportedTalkMs = null;
            Event.prototype.attributes = null;
            Event.prototype.callStarted = null;
            Event.prototype.queueEntered = null;
            Event.prototype.agentRinging = null;
            Event.prototype.ringMissed = null;
            Event.prototype.callAnswered = null;
            Event.prototype.callHeld = null;
            Event.prototype.callRetrieved = null;
            Event.prototype.callTransferred = null;
            Event.prototype.callAbandoned = null;
            Event.prototype.callFlowedOut = null;
            Event.prototype.callBlocked = null;
            Event.prototype.legEnded = null;
            Event.prototype.callEnded = null;
            Event.prototype.callLinked = null;
            Event.prototype.wrapUpStarted = null;
            Event.prototype.wrapUpEnded = null;
            Event.prototype.callDisposed = null;
            Event.prototype.callDialled = null;
            Event.prototype.partyReached = null;
            Event.prototype.callbackRequested = null;
            Event.prototype.voicemailLeft = null;
            Event.prototype.voicemailHandled = null;
            Event.prototype.surveyInvited = null;
            Event.prototype.surveySent = null;
            Event.prototype.surveyAnswered = null;
            Event.prototype.recordingAvailable = null;
            Event.prototype.callRecorded = null;
            Event.prototype.auditClosed = null;
            Event.prototype.agentSignedIn = null;
            Event.prototype.agentSignedOut = null;
            Event.prototype.agentStateChanged = null;
            Event.prototype.sourceHeartbeat = null;
            Event.prototype.sourceRestarted = null;

            var $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_reportedWaitMs", {
                get: $util.oneOfGetter($oneOfFields = ["reportedWaitMs"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(Event.prototype, "_reportedTalkMs", {
                get: $util.oneOfGetter($oneOfFields = ["reportedTalkMs"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            $Object.defineProperty(Event.prototype, "fact", {
                get: $util.oneOfGetter($oneOfFields = ["callStarted", "queueEntered", "agentRinging", "ringMissed", "callAnswered", "callHeld", "callRetrieved", "callTransferred", "callAbandoned", "callFlowedOut", "callBlocked", "legEnded", "callEnded", "callLinked", "wrapUpStarted", "wrapUpEnded", "callDisposed", "callDialled", "partyReached", "callbackRequested", "voicemailLeft", "voicemailHandled", "surveyInvited", "surveySent", "surveyAnswered", "recordingAvailable", "callRecorded", "auditClosed", "agentSignedIn", "agentSignedOut", "agentStateChanged", "sourceHeartbeat", "sourceRestarted"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            Event.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== "")
                    writer.uint32(10).string(message.source);
                if (message.eventId != null && $Object.hasOwnProperty.call(message, "eventId") && message.eventId !== "")
                    writer.uint32(18).string(message.eventId);
                if (message.revision != null && $Object.hasOwnProperty.call(message, "revision") && message.revision !== 0)
                    writer.uint32(24).uint32(message.revision);
                if (message.tombstone != null && $Object.hasOwnProperty.call(message, "tombstone") && message.tombstone !== false)
                    writer.uint32(32).bool(message.tombstone);
                if (message.rank != null && $Object.hasOwnProperty.call(message, "rank") && message.rank !== 0)
                    writer.uint32(40).uint32(message.rank);
                if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && (typeof message.sequence === "object" ? message.sequence.low || message.sequence.high : message.sequence !== 0))
                    writer.uint32(48).int64(message.sequence);
                if (message.occurredAt != null && $Object.hasOwnProperty.call(message, "occurredAt") && (typeof message.occurredAt === "object" ? message.occurredAt.low || message.occurredAt.high : message.occurredAt !== 0))
                    writer.uint32(56).int64(message.occurredAt);
                if (message.receivedAt != null && $Object.hasOwnProperty.call(message, "receivedAt") && (typeof message.receivedAt === "object" ? message.receivedAt.low || message.receivedAt.high : message.receivedAt !== 0))
                    writer.uint32(64).int64(message.receivedAt);
                if (message.schema != null && $Object.hasOwnProperty.call(message, "schema") && message.schema !== 0)
                    writer.uint32(72).uint32(message.schema);
                if (message.call != null && $Object.hasOwnProperty.call(message, "call"))
                    $root.sightline.v1.CallRef.encode(message.call, writer.uint32(82).fork(), _depth + 1).ldelim();
                if (message.visitId != null && $Object.hasOwnProperty.call(message, "visitId") && message.visitId !== "")
                    writer.uint32(90).string(message.visitId);
                if (message.queue != null && $Object.hasOwnProperty.call(message, "queue") && message.queue !== "")
                    writer.uint32(98).string(message.queue);
                if (message.login != null && $Object.hasOwnProperty.call(message, "login") && message.login !== "")
                    writer.uint32(106).string(message.login);
                if (message.reportedWaitMs != null && $Object.hasOwnProperty.call(message, "reportedWaitMs"))
                    writer.uint32(112).int64(message.reportedWaitMs);
                if (message.reportedTalkMs != null && $Object.hasOwnProperty.call(message, "reportedTalkMs"))
                    writer.uint32(120).int64(message.reportedTalkMs);
                if (message.attributes != null && $Object.hasOwnProperty.call(message, "attributes"))
                    $root.sightline.v1.Attributes.encode(message.attributes, writer.uint32(130).fork(), _depth + 1).ldelim();
                if (message.callStarted != null && $Object.hasOwnProperty.call(message, "callStarted"))
                    $root.sightline.v1.CallStarted.encode(message.callStarted, writer.uint32(162).fork(), _depth + 1).ldelim();
                if (message.queueEntered != null && $Object.hasOwnProperty.call(message, "queueEntered"))
                    $root.sightline.v1.QueueEntered.encode(message.queueEntered, writer.uint32(170).fork(), _depth + 1).ldelim();
                if (message.agentRinging != null && $Object.hasOwnProperty.call(message, "agentRinging"))
                    $root.sightline.v1.AgentRinging.encode(message.agentRinging, writer.uint32(178).fork(), _depth + 1).ldelim();
                if (message.ringMissed != null && $Object.hasOwnProperty.call(message, "ringMissed"))
                    $root.sightline.v1.RingMissed.encode(message.ringMissed, writer.uint32(186).fork(), _depth + 1).ldelim();
                if (message.callAnswered != null && $Object.hasOwnProperty.call(message, "callAnswered"))
                    $root.sightline.v1.CallAnswered.encode(message.callAnswered, writer.uint32(194).fork(), _depth + 1).ldelim();
                if (message.callHeld != null && $Object.hasOwnProperty.call(message, "callHeld"))
                    $root.sightline.v1.CallHeld.encode(message.callHeld, writer.uint32(202).fork(), _depth + 1).ldelim();
                if (message.callRetrieved != null && $Object.hasOwnProperty.call(message, "callRetrieved"))
                    $root.sightline.v1.CallRetrieved.encode(message.callRetrieved, writer.uint32(210).fork(), _depth + 1).ldelim();
                if (message.callTransferred != null && $Object.hasOwnProperty.call(message, "callTransferred"))
                    $root.sightline.v1.CallTransferred.encode(message.callTransferred, writer.uint32(218).fork(), _depth + 1).ldelim();
                if (message.callAbandoned != null && $Object.hasOwnProperty.call(message, "callAbandoned"))
                    $root.sightline.v1.CallAbandoned.encode(message.callAbandoned, writer.uint32(226).fork(), _depth + 1).ldelim();
                if (message.callFlowedOut != null && $Object.hasOwnProperty.call(message, "callFlowedOut"))
                    $root.sightline.v1.CallFlowedOut.encode(message.callFlowedOut, writer.uint32(234).fork(), _depth + 1).ldelim();
                if (message.callBlocked != null && $Object.hasOwnProperty.call(message, "callBlocked"))
                    $root.sightline.v1.CallBlocked.encode(message.callBlocked, writer.uint32(242).fork(), _depth + 1).ldelim();
                if (message.legEnded != null && $Object.hasOwnProperty.call(message, "legEnded"))
                    $root.sightline.v1.LegEnded.encode(message.legEnded, writer.uint32(250).fork(), _depth + 1).ldelim();
                if (message.callEnded != null && $Object.hasOwnProperty.call(message, "callEnded"))
                    $root.sightline.v1.CallEnded.encode(message.callEnded, writer.uint32(258).fork(), _depth + 1).ldelim();
                if (message.callLinked != null && $Object.hasOwnProperty.call(message, "callLinked"))
                    $root.sightline.v1.CallLinked.encode(message.callLinked, writer.uint32(266).fork(), _depth + 1).ldelim();
                if (message.wrapUpStarted != null && $Object.hasOwnProperty.call(message, "wrapUpStarted"))
                    $root.sightline.v1.WrapUpStarted.encode(message.wrapUpStarted, writer.uint32(274).fork(), _depth + 1).ldelim();
                if (message.wrapUpEnded != null && $Object.hasOwnProperty.call(message, "wrapUpEnded"))
                    $root.sightline.v1.WrapUpEnded.encode(message.wrapUpEnded, writer.uint32(282).fork(), _depth + 1).ldelim();
                if (message.callDisposed != null && $Object.hasOwnProperty.call(message, "callDisposed"))
                    $root.sightline.v1.CallDisposed.encode(message.callDisposed, writer.uint32(290).fork(), _depth + 1).ldelim();
                if (message.callDialled != null && $Object.hasOwnProperty.call(message, "callDialled"))
                    $root.sightline.v1.CallDialled.encode(message.callDialled, writer.uint32(298).fork(), _depth + 1).ldelim();
                if (message.partyReached != null && $Object.hasOwnProperty.call(message, "partyReached"))
                    $root.sightline.v1.PartyReached.encode(message.partyReached, writer.uint32(306).fork(), _depth + 1).ldelim();
                if (message.callbackRequested != null && $Object.hasOwnProperty.call(message, "callbackRequested"))
                    $root.sightline.v1.CallbackRequested.encode(message.callbackRequested, writer.uint32(314).fork(), _depth + 1).ldelim();
                if (message.voicemailLeft != null && $Object.hasOwnProperty.call(message, "voicemailLeft"))
                    $root.sightline.v1.VoicemailLeft.encode(message.voicemailLeft, writer.uint32(322).fork(), _depth + 1).ldelim();
                if (message.voicemailHandled != null && $Object.hasOwnProperty.call(message, "voicemailHandled"))
                    $root.sightline.v1.VoicemailHandled.encode(message.voicemailHandled, writer.uint32(330).fork(), _depth + 1).ldelim();
                if (message.surveyInvited != null && $Object.hasOwnProperty.call(message, "surveyInvited"))
                    $root.sightline.v1.SurveyInvited.encode(message.surveyInvited, writer.uint32(338).fork(), _depth + 1).ldelim();
                if (message.surveySent != null && $Object.hasOwnProperty.call(message, "surveySent"))
                    $root.sightline.v1.SurveySent.encode(message.surveySent, writer.uint32(346).fork(), _depth + 1).ldelim();
                if (message.surveyAnswered != null && $Object.hasOwnProperty.call(message, "surveyAnswered"))
                    $root.sightline.v1.SurveyAnswered.encode(message.surveyAnswered, writer.uint32(354).fork(), _depth + 1).ldelim();
                if (message.recordingAvailable != null && $Object.hasOwnProperty.call(message, "recordingAvailable"))
                    $root.sightline.v1.RecordingAvailable.encode(message.recordingAvailable, writer.uint32(362).fork(), _depth + 1).ldelim();
                if (message.callRecorded != null && $Object.hasOwnProperty.call(message, "callRecorded"))
                    $root.sightline.v1.CallRecorded.encode(message.callRecorded, writer.uint32(370).fork(), _depth + 1).ldelim();
                if (message.auditClosed != null && $Object.hasOwnProperty.call(message, "auditClosed"))
                    $root.sightline.v1.AuditClosed.encode(message.auditClosed, writer.uint32(378).fork(), _depth + 1).ldelim();
                if (message.agentSignedIn != null && $Object.hasOwnProperty.call(message, "agentSignedIn"))
                    $root.sightline.v1.AgentSignedIn.encode(message.agentSignedIn, writer.uint32(386).fork(), _depth + 1).ldelim();
                if (message.agentSignedOut != null && $Object.hasOwnProperty.call(message, "agentSignedOut"))
                    $root.sightline.v1.AgentSignedOut.encode(message.agentSignedOut, writer.uint32(394).fork(), _depth + 1).ldelim();
                if (message.agentStateChanged != null && $Object.hasOwnProperty.call(message, "agentStateChanged"))
                    $root.sightline.v1.AgentStateChanged.encode(message.agentStateChanged, writer.uint32(402).fork(), _depth + 1).ldelim();
                if (message.sourceHeartbeat != null && $Object.hasOwnProperty.call(message, "sourceHeartbeat"))
                    $root.sightline.v1.SourceHeartbeat.encode(message.sourceHeartbeat, writer.uint32(410).fork(), _depth + 1).ldelim();
                if (message.sourceRestarted != null && $Object.hasOwnProperty.call(message, "sourceRestarted"))
                    $root.sightline.v1.SourceRestarted.encode(message.sourceRestarted, writer.uint32(418).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Event.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.Event();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.source = value;
                            else
                                delete message.source;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.eventId = value;
                            else
                                delete message.eventId;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.revision = value;
                            else
                                delete message.revision;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.tombstone = value;
                            else
                                delete message.tombstone;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.rank = value;
                            else
                                delete message.rank;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.sequence = value;
                            else
                                delete message.sequence;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.occurredAt = value;
                            else
                                delete message.occurredAt;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.receivedAt = value;
                            else
                                delete message.receivedAt;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.schema = value;
                            else
                                delete message.schema;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.call = $root.sightline.v1.CallRef.decode(reader, reader.size(), $undefined, _depth + 1, message.call);
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.visitId = value;
                            else
                                delete message.visitId;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.queue = value;
                            else
                                delete message.queue;
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.login = value;
                            else
                                delete message.login;
                            continue;
                        }
                    case 14: {
                            if (wireType !== 0)
                                break;
                            message.reportedWaitMs = reader.int64();
                            message._reportedWaitMs = "reportedWaitMs";
                            continue;
                        }
                    case 15: {
                            if (wireType !== 0)
                                break;
                            message.reportedTalkMs = reader.int64();
                            message._reportedTalkMs = "reportedTalkMs";
                            continue;
                        }
                    case 16: {
                            if (wireType !== 2)
                                break;
                            message.attributes = $root.sightline.v1.Attributes.decode(reader, reader.size(), $undefined, _depth + 1, message.attributes);
                            continue;
                        }
                    case 20: {
                            if (wireType !== 2)
                                break;
                            message.callStarted = $root.sightline.v1.CallStarted.decode(reader, reader.size(), $undefined, _depth + 1, message.callStarted);
                            message.fact = "callStarted";
                            continue;
                        }
                    case 21: {
                            if (wireType !== 2)
                                break;
                            message.queueEntered = $root.sightline.v1.QueueEntered.decode(reader, reader.size(), $undefined, _depth + 1, message.queueEntered);
                            message.fact = "queueEntered";
                            continue;
                        }
                    case 22: {
                            if (wireType !== 2)
                                break;
                            message.agentRinging = $root.sightline.v1.AgentRinging.decode(reader, reader.size(), $undefined, _depth + 1, message.agentRinging);
                            message.fact = "agentRinging";
                            continue;
                        }
                    case 23: {
                            if (wireType !== 2)
                                break;
                            message.ringMissed = $root.sightline.v1.RingMissed.decode(reader, reader.size(), $undefined, _depth + 1, message.ringMissed);
                            message.fact = "ringMissed";
                            continue;
                        }
                    case 24: {
                            if (wireType !== 2)
                                break;
                            message.callAnswered = $root.sightline.v1.CallAnswered.decode(reader, reader.size(), $undefined, _depth + 1, message.callAnswered);
                            message.fact = "callAnswered";
                            continue;
                        }
                    case 25: {
                            if (wireType !== 2)
                                break;
                            message.callHeld = $root.sightline.v1.CallHeld.decode(reader, reader.size(), $undefined, _depth + 1, message.callHeld);
                            message.fact = "callHeld";
                            continue;
                        }
                    case 26: {
                            if (wireType !== 2)
                                break;
                            message.callRetrieved = $root.sightline.v1.CallRetrieved.decode(reader, reader.size(), $undefined, _depth + 1, message.callRetrieved);
                            message.fact = "callRetrieved";
                            continue;
                        }
                    case 27: {
                            if (wireType !== 2)
                                break;
                            message.callTransferred = $root.sightline.v1.CallTransferred.decode(reader, reader.size(), $undefined, _depth + 1, message.callTransferred);
                            message.fact = "callTransferred";
                            continue;
                        }
                    case 28: {
                            if (wireType !== 2)
                                break;
                            message.callAbandoned = $root.sightline.v1.CallAbandoned.decode(reader, reader.size(), $undefined, _depth + 1, message.callAbandoned);
                            message.fact = "callAbandoned";
                            continue;
                        }
                    case 29: {
                            if (wireType !== 2)
                                break;
                            message.callFlowedOut = $root.sightline.v1.CallFlowedOut.decode(reader, reader.size(), $undefined, _depth + 1, message.callFlowedOut);
                            message.fact = "callFlowedOut";
                            continue;
                        }
                    case 30: {
                            if (wireType !== 2)
                                break;
                            message.callBlocked = $root.sightline.v1.CallBlocked.decode(reader, reader.size(), $undefined, _depth + 1, message.callBlocked);
                            message.fact = "callBlocked";
                            continue;
                        }
                    case 31: {
                            if (wireType !== 2)
                                break;
                            message.legEnded = $root.sightline.v1.LegEnded.decode(reader, reader.size(), $undefined, _depth + 1, message.legEnded);
                            message.fact = "legEnded";
                            continue;
                        }
                    case 32: {
                            if (wireType !== 2)
                                break;
                            message.callEnded = $root.sightline.v1.CallEnded.decode(reader, reader.size(), $undefined, _depth + 1, message.callEnded);
                            message.fact = "callEnded";
                            continue;
                        }
                    case 33: {
                            if (wireType !== 2)
                                break;
                            message.callLinked = $root.sightline.v1.CallLinked.decode(reader, reader.size(), $undefined, _depth + 1, message.callLinked);
                            message.fact = "callLinked";
                            continue;
                        }
                    case 34: {
                            if (wireType !== 2)
                                break;
                            message.wrapUpStarted = $root.sightline.v1.WrapUpStarted.decode(reader, reader.size(), $undefined, _depth + 1, message.wrapUpStarted);
                            message.fact = "wrapUpStarted";
                            continue;
                        }
                    case 35: {
                            if (wireType !== 2)
                                break;
                            message.wrapUpEnded = $root.sightline.v1.WrapUpEnded.decode(reader, reader.size(), $undefined, _depth + 1, message.wrapUpEnded);
                            message.fact = "wrapUpEnded";
                            continue;
                        }
                    case 36: {
                            if (wireType !== 2)
                                break;
                            message.callDisposed = $root.sightline.v1.CallDisposed.decode(reader, reader.size(), $undefined, _depth + 1, message.callDisposed);
                            message.fact = "callDisposed";
                            continue;
                        }
                    case 37: {
                            if (wireType !== 2)
                                break;
                            message.callDialled = $root.sightline.v1.CallDialled.decode(reader, reader.size(), $undefined, _depth + 1, message.callDialled);
                            message.fact = "callDialled";
                            continue;
                        }
                    case 38: {
                            if (wireType !== 2)
                                break;
                            message.partyReached = $root.sightline.v1.PartyReached.decode(reader, reader.size(), $undefined, _depth + 1, message.partyReached);
                            message.fact = "partyReached";
                            continue;
                        }
                    case 39: {
                            if (wireType !== 2)
                                break;
                            message.callbackRequested = $root.sightline.v1.CallbackRequested.decode(reader, reader.size(), $undefined, _depth + 1, message.callbackRequested);
                            message.fact = "callbackRequested";
                            continue;
                        }
                    case 40: {
                            if (wireType !== 2)
                                break;
                            message.voicemailLeft = $root.sightline.v1.VoicemailLeft.decode(reader, reader.size(), $undefined, _depth + 1, message.voicemailLeft);
                            message.fact = "voicemailLeft";
                            continue;
                        }
                    case 41: {
                            if (wireType !== 2)
                                break;
                            message.voicemailHandled = $root.sightline.v1.VoicemailHandled.decode(reader, reader.size(), $undefined, _depth + 1, message.voicemailHandled);
                            message.fact = "voicemailHandled";
                            continue;
                        }
                    case 42: {
                            if (wireType !== 2)
                                break;
                            message.surveyInvited = $root.sightline.v1.SurveyInvited.decode(reader, reader.size(), $undefined, _depth + 1, message.surveyInvited);
                            message.fact = "surveyInvited";
                            continue;
                        }
                    case 43: {
                            if (wireType !== 2)
                                break;
                            message.surveySent = $root.sightline.v1.SurveySent.decode(reader, reader.size(), $undefined, _depth + 1, message.surveySent);
                            message.fact = "surveySent";
                            continue;
                        }
                    case 44: {
                            if (wireType !== 2)
                                break;
                            message.surveyAnswered = $root.sightline.v1.SurveyAnswered.decode(reader, reader.size(), $undefined, _depth + 1, message.surveyAnswered);
                            message.fact = "surveyAnswered";
                            continue;
                        }
                    case 45: {
                            if (wireType !== 2)
                                break;
                            message.recordingAvailable = $root.sightline.v1.RecordingAvailable.decode(reader, reader.size(), $undefined, _depth + 1, message.recordingAvailable);
                            message.fact = "recordingAvailable";
                            continue;
                        }
                    case 46: {
                            if (wireType !== 2)
                                break;
                            message.callRecorded = $root.sightline.v1.CallRecorded.decode(reader, reader.size(), $undefined, _depth + 1, message.callRecorded);
                            message.fact = "callRecorded";
                            continue;
                        }
                    case 47: {
                            if (wireType !== 2)
                                break;
                            message.auditClosed = $root.sightline.v1.AuditClosed.decode(reader, reader.size(), $undefined, _depth + 1, message.auditClosed);
                            message.fact = "auditClosed";
                            continue;
                        }
                    case 48: {
                            if (wireType !== 2)
                                break;
                            message.agentSignedIn = $root.sightline.v1.AgentSignedIn.decode(reader, reader.size(), $undefined, _depth + 1, message.agentSignedIn);
                            message.fact = "agentSignedIn";
                            continue;
                        }
                    case 49: {
                            if (wireType !== 2)
                                break;
                            message.agentSignedOut = $root.sightline.v1.AgentSignedOut.decode(reader, reader.size(), $undefined, _depth + 1, message.agentSignedOut);
                            message.fact = "agentSignedOut";
                            continue;
                        }
                    case 50: {
                            if (wireType !== 2)
                                break;
                            message.agentStateChanged = $root.sightline.v1.AgentStateChanged.decode(reader, reader.size(), $undefined, _depth + 1, message.agentStateChanged);
                            message.fact = "agentStateChanged";
                            continue;
                        }
                    case 51: {
                            if (wireType !== 2)
                                break;
                            message.sourceHeartbeat = $root.sightline.v1.SourceHeartbeat.decode(reader, reader.size(), $undefined, _depth + 1, message.sourceHeartbeat);
                            message.fact = "sourceHeartbeat";
                            continue;
                        }
                    case 52: {
                            if (wireType !== 2)
                                break;
                            message.sourceRestarted = $root.sightline.v1.SourceRestarted.decode(reader, reader.size(), $undefined, _depth + 1, message.sourceRestarted);
                            message.fact = "sourceRestarted";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Event;
        })();

        v1.CallRef = (function() {

            var CallRef = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallRef.prototype.source = "";
            CallRef.prototype.id = "";

            CallRef.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== "")
                    writer.uint32(10).string(message.source);
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(18).string(message.id);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallRef.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallRef();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.source = value;
                            else
                                delete message.source;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallRef;
        })();

        v1.Attributes = (function() {

            var Attributes = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            Attributes.prototype.direction = 0;
            Attributes.prototype.channel = 0;
            Attributes.prototype.dialledNumber = "";
            Attributes.prototype.callReason = "";
            Attributes.prototype.language = "";
            Attributes.prototype.test = false;
            Attributes.prototype.callerId = "";
            Attributes.prototype.tag = "";

            Attributes.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.direction != null && $Object.hasOwnProperty.call(message, "direction") && message.direction !== 0)
                    writer.uint32(8).int32(message.direction);
                if (message.channel != null && $Object.hasOwnProperty.call(message, "channel") && message.channel !== 0)
                    writer.uint32(16).int32(message.channel);
                if (message.dialledNumber != null && $Object.hasOwnProperty.call(message, "dialledNumber") && message.dialledNumber !== "")
                    writer.uint32(26).string(message.dialledNumber);
                if (message.callReason != null && $Object.hasOwnProperty.call(message, "callReason") && message.callReason !== "")
                    writer.uint32(34).string(message.callReason);
                if (message.language != null && $Object.hasOwnProperty.call(message, "language") && message.language !== "")
                    writer.uint32(42).string(message.language);
                if (message.test != null && $Object.hasOwnProperty.call(message, "test") && message.test !== false)
                    writer.uint32(48).bool(message.test);
                if (message.callerId != null && $Object.hasOwnProperty.call(message, "callerId") && message.callerId !== "")
                    writer.uint32(58).string(message.callerId);
                if (message.tag != null && $Object.hasOwnProperty.call(message, "tag") && message.tag !== "")
                    writer.uint32(66).string(message.tag);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            Attributes.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.Attributes();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.direction = value;
                            else
                                delete message.direction;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.channel = value;
                            else
                                delete message.channel;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.dialledNumber = value;
                            else
                                delete message.dialledNumber;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.callReason = value;
                            else
                                delete message.callReason;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.language = value;
                            else
                                delete message.language;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.test = value;
                            else
                                delete message.test;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.callerId = value;
                            else
                                delete message.callerId;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.tag = value;
                            else
                                delete message.tag;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Attributes;
        })();

        v1.Direction = (function() {
            var valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "DIRECTION_UNSPECIFIED"] = 0;
            values[valuesById[1] = "DIRECTION_INBOUND"] = 1;
            values[valuesById[2] = "DIRECTION_OUTBOUND"] = 2;
            values[valuesById[3] = "DIRECTION_INTERNAL"] = 3;
            return values;
        })();

        v1.Channel = (function() {
            var valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "CHANNEL_UNSPECIFIED"] = 0;
            values[valuesById[1] = "CHANNEL_VOICE"] = 1;
            values[valuesById[2] = "CHANNEL_CALLBACK"] = 2;
            values[valuesById[3] = "CHANNEL_CHAT"] = 3;
            values[valuesById[4] = "CHANNEL_EMAIL"] = 4;
            values[valuesById[5] = "CHANNEL_SMS"] = 5;
            return values;
        })();

        v1.TransferMode = (function() {
            var valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "TRANSFER_MODE_UNSPECIFIED"] = 0;
            values[valuesById[1] = "TRANSFER_MODE_WARM"] = 1;
            values[valuesById[2] = "TRANSFER_MODE_COLD"] = 2;
            return values;
        })();

        v1.FlowOutReason = (function() {
            var valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "FLOW_OUT_REASON_UNSPECIFIED"] = 0;
            values[valuesById[1] = "FLOW_OUT_REASON_CALLBACK"] = 1;
            values[valuesById[2] = "FLOW_OUT_REASON_VOICEMAIL"] = 2;
            values[valuesById[3] = "FLOW_OUT_REASON_OTHER_QUEUE"] = 3;
            values[valuesById[4] = "FLOW_OUT_REASON_BACK_TO_CLINIC"] = 4;
            values[valuesById[5] = "FLOW_OUT_REASON_EXIT_KEY"] = 5;
            values[valuesById[6] = "FLOW_OUT_REASON_TIMEOUT"] = 6;
            values[valuesById[7] = "FLOW_OUT_REASON_CLOSED"] = 7;
            values[valuesById[8] = "FLOW_OUT_REASON_NO_AGENTS"] = 8;
            return values;
        })();

        v1.EndedBy = (function() {
            var valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "ENDED_BY_UNSPECIFIED"] = 0;
            values[valuesById[1] = "ENDED_BY_AGENT"] = 1;
            values[valuesById[2] = "ENDED_BY_CALLER"] = 2;
            values[valuesById[3] = "ENDED_BY_SYSTEM"] = 3;
            return values;
        })();

        v1.AgentState = (function() {
            var valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "AGENT_STATE_UNSPECIFIED"] = 0;
            values[valuesById[1] = "AGENT_STATE_AVAILABLE"] = 1;
            values[valuesById[2] = "AGENT_STATE_BUSY"] = 2;
            values[valuesById[3] = "AGENT_STATE_WRAP_UP"] = 3;
            values[valuesById[4] = "AGENT_STATE_PAUSED"] = 4;
            return values;
        })();

        v1.CallStarted = (function() {

            var CallStarted = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallStarted.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallStarted.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallStarted();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallStarted;
        })();

        v1.QueueEntered = (function() {

            var QueueEntered = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            QueueEntered.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            QueueEntered.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.QueueEntered();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return QueueEntered;
        })();

        v1.AgentRinging = (function() {

            var AgentRinging = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            AgentRinging.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            AgentRinging.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.AgentRinging();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AgentRinging;
        })();

        v1.RingMissed = (function() {

            var RingMissed = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            RingMissed.prototype.ringMs = null;

            var $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(RingMissed.prototype, "_ringMs", {
                get: $util.oneOfGetter($oneOfFields = ["ringMs"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            RingMissed.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.ringMs != null && $Object.hasOwnProperty.call(message, "ringMs"))
                    writer.uint32(8).int64(message.ringMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            RingMissed.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.RingMissed();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            message.ringMs = reader.int64();
                            message._ringMs = "ringMs";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RingMissed;
        })();

        v1.CallAnswered = (function() {

            var CallAnswered = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallAnswered.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallAnswered.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallAnswered();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallAnswered;
        })();

        v1.CallHeld = (function() {

            var CallHeld = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallHeld.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallHeld.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallHeld();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallHeld;
        })();

        v1.CallRetrieved = (function() {

            var CallRetrieved = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallRetrieved.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallRetrieved.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallRetrieved();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallRetrieved;
        })();

        v1.CallTransferred = (function() {

            var CallTransferred = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallTransferred.prototype.mode = 0;
            CallTransferred.prototype.toQueue = "";
            CallTransferred.prototype.toLogin = "";
            CallTransferred.prototype.toCallerId = "";

            CallTransferred.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.mode != null && $Object.hasOwnProperty.call(message, "mode") && message.mode !== 0)
                    writer.uint32(8).int32(message.mode);
                if (message.toQueue != null && $Object.hasOwnProperty.call(message, "toQueue") && message.toQueue !== "")
                    writer.uint32(18).string(message.toQueue);
                if (message.toLogin != null && $Object.hasOwnProperty.call(message, "toLogin") && message.toLogin !== "")
                    writer.uint32(26).string(message.toLogin);
                if (message.toCallerId != null && $Object.hasOwnProperty.call(message, "toCallerId") && message.toCallerId !== "")
                    writer.uint32(34).string(message.toCallerId);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallTransferred.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallTransferred();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.mode = value;
                            else
                                delete message.mode;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.toQueue = value;
                            else
                                delete message.toQueue;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.toLogin = value;
                            else
                                delete message.toLogin;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.toCallerId = value;
                            else
                                delete message.toCallerId;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallTransferred;
        })();

        v1.CallAbandoned = (function() {

            var CallAbandoned = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallAbandoned.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallAbandoned.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallAbandoned();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallAbandoned;
        })();

        v1.CallFlowedOut = (function() {

            var CallFlowedOut = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallFlowedOut.prototype.reason = 0;

            CallFlowedOut.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== 0)
                    writer.uint32(8).int32(message.reason);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallFlowedOut.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallFlowedOut();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallFlowedOut;
        })();

        v1.CallBlocked = (function() {

            var CallBlocked = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallBlocked.prototype.reason = 0;

            CallBlocked.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== 0)
                    writer.uint32(8).int32(message.reason);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallBlocked.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallBlocked();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallBlocked;
        })();

        v1.LegEnded = (function() {

            var LegEnded = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            LegEnded.prototype.by = 0;

            LegEnded.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.by != null && $Object.hasOwnProperty.call(message, "by") && message.by !== 0)
                    writer.uint32(8).int32(message.by);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            LegEnded.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.LegEnded();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.by = value;
                            else
                                delete message.by;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return LegEnded;
        })();

        v1.CallEnded = (function() {

            var CallEnded = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallEnded.prototype.by = 0;

            CallEnded.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.by != null && $Object.hasOwnProperty.call(message, "by") && message.by !== 0)
                    writer.uint32(8).int32(message.by);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallEnded.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallEnded();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.by = value;
                            else
                                delete message.by;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallEnded;
        })();

        v1.CallLinked = (function() {

            var CallLinked = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallLinked.prototype.to = null;

            CallLinked.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.to != null && $Object.hasOwnProperty.call(message, "to"))
                    $root.sightline.v1.CallRef.encode(message.to, writer.uint32(10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallLinked.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallLinked();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.to = $root.sightline.v1.CallRef.decode(reader, reader.size(), $undefined, _depth + 1, message.to);
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallLinked;
        })();

        v1.WrapUpStarted = (function() {

            var WrapUpStarted = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            WrapUpStarted.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            WrapUpStarted.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.WrapUpStarted();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return WrapUpStarted;
        })();

        v1.WrapUpEnded = (function() {

            var WrapUpEnded = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            WrapUpEnded.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            WrapUpEnded.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.WrapUpEnded();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return WrapUpEnded;
        })();

        v1.CallDisposed = (function() {

            var CallDisposed = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallDisposed.prototype.disposition = "";

            CallDisposed.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.disposition != null && $Object.hasOwnProperty.call(message, "disposition") && message.disposition !== "")
                    writer.uint32(10).string(message.disposition);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallDisposed.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallDisposed();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.disposition = value;
                            else
                                delete message.disposition;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallDisposed;
        })();

        v1.CallDialled = (function() {

            var CallDialled = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallDialled.prototype.toCallerId = "";

            CallDialled.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.toCallerId != null && $Object.hasOwnProperty.call(message, "toCallerId") && message.toCallerId !== "")
                    writer.uint32(10).string(message.toCallerId);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallDialled.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallDialled();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.toCallerId = value;
                            else
                                delete message.toCallerId;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallDialled;
        })();

        v1.PartyReached = (function() {

            var PartyReached = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            PartyReached.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            PartyReached.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.PartyReached();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return PartyReached;
        })();

        v1.CallbackRequested = (function() {

            var CallbackRequested = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallbackRequested.prototype.callerId = "";

            CallbackRequested.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.callerId != null && $Object.hasOwnProperty.call(message, "callerId") && message.callerId !== "")
                    writer.uint32(10).string(message.callerId);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallbackRequested.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallbackRequested();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.callerId = value;
                            else
                                delete message.callerId;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallbackRequested;
        })();

        v1.VoicemailLeft = (function() {

            var VoicemailLeft = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            VoicemailLeft.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            VoicemailLeft.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.VoicemailLeft();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return VoicemailLeft;
        })();

        v1.VoicemailHandled = (function() {

            var VoicemailHandled = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            VoicemailHandled.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            VoicemailHandled.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.VoicemailHandled();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return VoicemailHandled;
        })();

        v1.SurveyInvited = (function() {

            var SurveyInvited = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            SurveyInvited.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            SurveyInvited.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.SurveyInvited();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SurveyInvited;
        })();

        v1.SurveySent = (function() {

            var SurveySent = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            SurveySent.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            SurveySent.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.SurveySent();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SurveySent;
        })();

        v1.SurveyAnswered = (function() {

            var SurveyAnswered = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            SurveyAnswered.prototype.score = 0;
            SurveyAnswered.prototype.scaleMax = 0;

            SurveyAnswered.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.score != null && $Object.hasOwnProperty.call(message, "score") && message.score !== 0)
                    writer.uint32(8).uint32(message.score);
                if (message.scaleMax != null && $Object.hasOwnProperty.call(message, "scaleMax") && message.scaleMax !== 0)
                    writer.uint32(16).uint32(message.scaleMax);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            SurveyAnswered.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.SurveyAnswered();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.score = value;
                            else
                                delete message.score;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.scaleMax = value;
                            else
                                delete message.scaleMax;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SurveyAnswered;
        })();

        v1.RecordingAvailable = (function() {

            var RecordingAvailable = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            RecordingAvailable.prototype.recordingId = "";

            RecordingAvailable.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.recordingId != null && $Object.hasOwnProperty.call(message, "recordingId") && message.recordingId !== "")
                    writer.uint32(10).string(message.recordingId);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            RecordingAvailable.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.RecordingAvailable();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.recordingId = value;
                            else
                                delete message.recordingId;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RecordingAvailable;
        })();

        v1.CallRecorded = (function() {

            var CallRecorded = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            CallRecorded.prototype.startedAt = null;
            CallRecorded.prototype.enteredAt = null;
            CallRecorded.prototype.answeredAt = null;
            CallRecorded.prototype.endedAt = null;
            CallRecorded.prototype.by = 0;
            CallRecorded.prototype.abandoned = false;

            var $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(CallRecorded.prototype, "_startedAt", {
                get: $util.oneOfGetter($oneOfFields = ["startedAt"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(CallRecorded.prototype, "_enteredAt", {
                get: $util.oneOfGetter($oneOfFields = ["enteredAt"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(CallRecorded.prototype, "_answeredAt", {
                get: $util.oneOfGetter($oneOfFields = ["answeredAt"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(CallRecorded.prototype, "_endedAt", {
                get: $util.oneOfGetter($oneOfFields = ["endedAt"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            CallRecorded.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.startedAt != null && $Object.hasOwnProperty.call(message, "startedAt"))
                    writer.uint32(8).int64(message.startedAt);
                if (message.enteredAt != null && $Object.hasOwnProperty.call(message, "enteredAt"))
                    writer.uint32(16).int64(message.enteredAt);
                if (message.answeredAt != null && $Object.hasOwnProperty.call(message, "answeredAt"))
                    writer.uint32(24).int64(message.answeredAt);
                if (message.endedAt != null && $Object.hasOwnProperty.call(message, "endedAt"))
                    writer.uint32(32).int64(message.endedAt);
                if (message.by != null && $Object.hasOwnProperty.call(message, "by") && message.by !== 0)
                    writer.uint32(40).int32(message.by);
                if (message.abandoned != null && $Object.hasOwnProperty.call(message, "abandoned") && message.abandoned !== false)
                    writer.uint32(48).bool(message.abandoned);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            CallRecorded.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.CallRecorded();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            message.startedAt = reader.int64();
                            message._startedAt = "startedAt";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            message.enteredAt = reader.int64();
                            message._enteredAt = "enteredAt";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            message.answeredAt = reader.int64();
                            message._answeredAt = "answeredAt";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            message.endedAt = reader.int64();
                            message._endedAt = "endedAt";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.by = value;
                            else
                                delete message.by;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.abandoned = value;
                            else
                                delete message.abandoned;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return CallRecorded;
        })();

        v1.AuditClosed = (function() {

            var AuditClosed = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            AuditClosed.prototype.auditId = "";
            AuditClosed.prototype.score = null;
            AuditClosed.prototype.critical = false;

            var $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(AuditClosed.prototype, "_score", {
                get: $util.oneOfGetter($oneOfFields = ["score"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            AuditClosed.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.auditId != null && $Object.hasOwnProperty.call(message, "auditId") && message.auditId !== "")
                    writer.uint32(10).string(message.auditId);
                if (message.score != null && $Object.hasOwnProperty.call(message, "score"))
                    writer.uint32(16).uint32(message.score);
                if (message.critical != null && $Object.hasOwnProperty.call(message, "critical") && message.critical !== false)
                    writer.uint32(24).bool(message.critical);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            AuditClosed.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.AuditClosed();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.auditId = value;
                            else
                                delete message.auditId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            message.score = reader.uint32();
                            message._score = "score";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.critical = value;
                            else
                                delete message.critical;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AuditClosed;
        })();

        v1.AgentSignedIn = (function() {

            var AgentSignedIn = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            AgentSignedIn.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            AgentSignedIn.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.AgentSignedIn();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AgentSignedIn;
        })();

        v1.AgentSignedOut = (function() {

            var AgentSignedOut = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            AgentSignedOut.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            AgentSignedOut.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.AgentSignedOut();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AgentSignedOut;
        })();

        v1.AgentStateChanged = (function() {

            var AgentStateChanged = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            AgentStateChanged.prototype.state = 0;
            AgentStateChanged.prototype.reason = "";

            AgentStateChanged.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.state != null && $Object.hasOwnProperty.call(message, "state") && message.state !== 0)
                    writer.uint32(8).int32(message.state);
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(18).string(message.reason);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            AgentStateChanged.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.AgentStateChanged();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    var wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.state = value;
                            else
                                delete message.state;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AgentStateChanged;
        })();

        v1.SourceHeartbeat = (function() {

            var SourceHeartbeat = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            SourceHeartbeat.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            SourceHeartbeat.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.SourceHeartbeat();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SourceHeartbeat;
        })();

        v1.SourceRestarted = (function() {

            var SourceRestarted = function (properties) {
                if (properties)
                    for (var keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            SourceRestarted.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (var i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            SourceRestarted.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                var end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.sightline.v1.SourceRestarted();
                while (reader.pos < end) {
                    var start = reader.pos;
                    var tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SourceRestarted;
        })();

        return v1;
    })();

    return sightline;
})();

module.exports = $root;
