/** What the console needs to draw itself (docs/api.md, "Agent's desk"). */
import type { Agent, AgentStatus, Channel, MediaClass, Named, Texts } from "./types";

export interface QueueInfo extends Named {
  dispositions: Named[];
  wrap_up_seconds: number;
}

export interface ChannelInfo {
  id: Channel;
  media: MediaClass;
  max_length: number | null;
  attachments: boolean;
}

export interface Answer {
  id: string;
  title: string;
  texts: Texts;
  /** Wordings of their own for a channel, such as a short one for SMS. */
  by_channel?: Record<Channel, Texts>;
}

export interface DeskAgent extends Named {
  status: AgentStatus;
  /** Why they are not ready. */
  reason: string | null;
  profile: Named | string | null;
  /** Available, at a console, and not about to finish. */
  ready: boolean;
  on_call: boolean;
  /** What their profile works. */
  channels: Channel[];
}

export interface Desk {
  agent: Agent | null;
  queues: QueueInfo[];
  skills: Named[];
  channels: ChannelInfo[];
  not_ready_reasons: Named[];
  answers: Answer[];
  agents: DeskAgent[];
  configuration_version: number;
  server_time: string;
}
