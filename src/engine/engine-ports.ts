// Everything an engine is built from.
import type { Config } from '../model/config';
import type {
  Approvals,
  Clock,
  ContextKeeper,
  GateRunner,
  Ids,
  Journal,
  Lease,
  Log,
  PlanPort,
  Processes,
  Readiness,
  Worker,
} from './ports';

export interface EnginePorts {
  readonly journal: Journal;
  readonly lease: Lease;
  readonly processes: Processes;
  readonly gates: GateRunner;
  readonly plan: PlanPort;
  readonly approvals: Approvals;
  readonly readiness: Readiness;
  readonly context: ContextKeeper;
  readonly worker?: Worker;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Absolute folder of the workspace: commands run there. */
  readonly root: string;
  readonly config: () => Config;
  /** A host that ends at once: it applies answers and wishes but begins no work of its own. */
  readonly hold?: boolean;
  /** This host's name in the lease, e.g. "editor (user)". */
  readonly owner: string;
  /** Environment of this host, for finding missing credentials. */
  readonly env: (name: string) => string | undefined;
}
