import type { Router, Topology } from '#topology/topology.ts';
import { bgpNeighbors } from '#vyos/bgp-neighbors.ts';
import { profileValues } from '#vyos/profile-values.ts';

/**
 * A small model of a topology's routers: which run, which tunnels work, and which BGP sessions each router *believes* to be
 * up, which determines where it sends packets. Belief lags behind truth by the detection time of BFD or of BGP's hold timer; that
 * lag, on all routers, is most of an outage.
 */
export class NetworkModel {
  readonly #topology: Topology;
  readonly #sessions: readonly Session[];
  readonly #detection: Detection;
  readonly #time: ModelTime;
  readonly #dead = new Set<string>();
  readonly #cut = new Set<string>();
  readonly #changeListeners: ((change: SessionChange) => void)[] = [];
  readonly #detectionListeners: ((event: DetectionEvent) => void)[] = [];

  constructor(topology: Topology, detection: Detection, time: ModelTime) {
    this.#topology = topology;
    this.#detection = detection;
    this.#time = time;
    this.#sessions = [...ebgpSessions(topology), ...ibgpSessions(topology)];
  }

  /** The router fails at once, as with a power loss, without a message to any peer. */
  killRouter(name: string): void {
    this.#dead.add(name);
    this.#detectLosses();
  }

  /** The router runs and its tunnels to other sites fail. */
  cutUplink(name: string): void {
    this.#cut.add(name);
    this.#detectLosses();
  }

  /** The router is back, with its sessions to running routers. */
  revive(name: string): void {
    this.#dead.delete(name);
    this.#establishSessions(name);
  }

  /** The router's tunnels to other sites work again. */
  restoreUplink(name: string): void {
    this.#cut.delete(name);
    this.#establishSessions(name);
  }

  #establishSessions(name: string): void {
    for (const session of this.#sessions.filter(
      (candidate) => candidate.ends.includes(name) && this.#works(candidate),
    )) {
      for (const end of session.ends) session.believedBy.add(end);
      session.detectedBy.clear();
    }
  }

  isAlive(name: string): boolean {
    return !this.#dead.has(name);
  }

  /** Can it still send to other sites? */
  hasUplink(name: string): boolean {
    return !this.#cut.has(name);
  }

  /** Tunnels, and whether packets pass through them now. */
  tunnels(): readonly { readonly between: readonly [string, string]; readonly works: boolean }[] {
    return this.#sessions
      .filter(({ kind }) => kind === 'ebgp')
      .map((session) => ({ between: session.ends, works: this.#works(session) }));
  }

  /** Calls the listener when a running router detects the loss of a session, and before, where BFD hears nothing from its far end. */
  onDetection(listener: (event: DetectionEvent) => void): void {
    this.#detectionListeners.push(listener);
  }

  /** Calls the listener when a running router's BGP has dropped a session. */
  onSessionChange(listener: (change: SessionChange) => void): void {
    this.#changeListeners.push(listener);
  }

  /** What `vtysh -c 'show bgp summary json'` prints on that router (the shape of FRR 8 and later). */
  bgpSummary(name: string): unknown {
    const { asn } = this.#placeOf(name);
    const peers = this.#sessions
      .filter((session) => session.ends.includes(name))
      .map((session) => {
        const remote = otherEnd(session, name);
        const isUp = session.believedBy.has(name);
        return [
          addressOf(session, remote),
          {
            remoteAs: this.#placeOf(remote).asn,
            localAs: asn,
            // As many as the peer has to announce: by itself, or by what it has learned.
            pfxRcd: isUp ? this.#placeOf(remote).networks.length : 0,
            state: isUp ? 'Established' : 'Active',
            peerState: 'OK',
          },
        ];
      });
    return { ipv4Unicast: { as: asn, peers: Object.fromEntries(peers) as unknown } };
  }

  /**
   * One packet from a router that got it out of its VPC, to another site.
   *
   * @returns the router that hands it to the other site's VPC, or undefined: lost
   */
  forward(from: string, toSite: string): string | undefined {
    let here = from;
    for (let hops = 0; hops < 4 && this.isAlive(here); hops++) {
      if (this.#placeOf(here).name === toSite) return here;
      const session = this.#bestPath(here, toSite);
      if (session === undefined || !this.#works(session)) return undefined;
      here = otherEnd(session, here);
    }
    return undefined;
  }

  /**
   * Both ends announce with a metric by role, so the path over the active routers wins even on the standby, over iBGP,
   * for as long as it believes in it (lab measurement: that is the standby's part of the outage).
   */
  #bestPath(here: string, toSite: string): Session | undefined {
    const own = this.#sessions.find((session) => this.#leadsTo(session, here, toSite));
    const ibgp = this.#sessions.find((session) => session.kind === 'ibgp' && session.believedBy.has(here));
    const peer = ibgp && otherEnd(ibgp, here);
    const overPeer =
      peer !== undefined && this.#sessions.some((session) => this.#leadsTo(session, peer, toSite)) ? ibgp : undefined;
    const preferred = this.#routerNamed(here).role === 'active' ? own : overPeer;
    return preferred ?? own ?? overPeer;
  }

  #leadsTo(session: Session, router: string, toSite: string): boolean {
    if (session.kind !== 'ebgp' || !session.believedBy.has(router)) return false;
    return this.#placeOf(otherEnd(session, router)).name === toSite;
  }

  #works({ kind, ends }: Session): boolean {
    return ends.every((end) => this.isAlive(end) && (kind === 'ibgp' || !this.#cut.has(end)));
  }

  #detectLosses(): void {
    for (const session of this.#sessions.filter((candidate) => !this.#works(candidate))) {
      for (const router of session.believedBy) {
        const { silence, detectedMs, droppedMs } = this.#detection(this.#time.random);
        if (silence !== undefined)
          this.#time.after(silence.atMs, () =>
            this.#hearNothing(session, router, silence.confirmFromMs - silence.atMs),
          );
        this.#time.after(detectedMs, () => this.#detect(session, router));
        this.#time.after(droppedMs, () => this.#drop(session, router));
      }
    }
  }

  #hearNothing(session: Session, router: string, confirmInMs: number): void {
    if (this.#isLostAt(session, router)) this.#tell(session, router, { what: 'silent', confirmInMs });
  }

  #detect(session: Session, router: string): void {
    if (!this.#isLostAt(session, router)) {
      if (this.isAlive(router)) this.#tell(session, router, { what: 'heard' });
    } else if (!session.detectedBy.has(router)) {
      session.detectedBy.add(router);
      this.#tell(session, router, { what: 'detected' });
    }
  }

  #drop(session: Session, router: string): void {
    if (!this.#isLostAt(session, router)) return;
    session.believedBy.delete(router);
    for (const listener of this.#changeListeners) listener(changeOf(session, router));
  }

  #isLostAt(session: Session, router: string): boolean {
    return this.isAlive(router) && !this.#works(session) && session.believedBy.has(router);
  }

  #tell(session: Session, router: string, event: DetectionOf): void {
    for (const listener of this.#detectionListeners) listener({ ...changeOf(session, router), ...event });
  }

  /** The site that a router is in, or the far end that it is. */
  #placeOf(router: string): { readonly name: string; readonly asn: number; readonly networks: readonly string[] } {
    const farEnd = this.#topology.farEnds.find((candidate) => candidate.name === router);
    if (farEnd !== undefined) return farEnd;
    const name = this.#routerNamed(router).site;
    const site = this.#topology.sites.find((candidate) => candidate.name === name);
    if (site === undefined) throw new RangeError(`no site ${name}`);
    return { name, asn: site.asn, networks: site.frontSubnets };
  }

  #routerNamed(name: string): Router {
    const router = this.#topology.sites
      .flatMap((site) => [site.routers.active, site.routers.standby])
      .find((candidate) => candidate.name === name);
    if (router === undefined) throw new RangeError(`no router ${name}`);
    return router;
  }
}

/** A running router's session with `peer`. */
export interface SessionChange {
  readonly router: string;
  readonly peer: string;
  readonly kind: 'ebgp' | 'ibgp';
}

/**
 * `silent`: BFD has heard nothing from the far end for a while, and the confirmation of its failure may count in `confirmInMs`;
 * `heard`: it has, after all; `detected`: the session is lost.
 */
type DetectionOf =
  | { readonly what: 'silent'; readonly confirmInMs: number }
  | { readonly what: 'heard' }
  | { readonly what: 'detected' };

export type DetectionEvent = SessionChange & DetectionOf;

/** Time and chance, for the model. */
export interface ModelTime {
  /** Runs `act` after this time, ms. */
  after(ms: number, act: () => void): void;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
}

/** When a router notices a failed session, ms after the failure. */
export interface DetectionTimes {
  /** Where BFD runs, and is slow enough: when `bfd-changes` tells of the silence, and when `confirm` begins to count. */
  readonly silence?: { readonly atMs: number; readonly confirmFromMs: number };
  readonly detectedMs: number;
  /** When BGP has dropped the session. */
  readonly droppedMs: number;
}

export type Detection = (random: () => number) => DetectionTimes;

/** From the end of a BFD session to routes that are right: measured with FRR in the lab, some 50 to 100 ms. */
export const HANDLING_MS = 75;
/** Of router/bfd-changes: no packet is missing before. */
const MISSING_AFTER_MS = 60;
/** `confirm` counts from this and one interval after the last packet, at the earliest (router/bfd-changes). */
const CONFIRM_NEVER_BEFORE_MS = 220;
/** Of router/bfd-changes: so long before `confirm` counts the peer is asked at most. */
const SOONER_MS = 1_000;

/**
 * How the topology's routers detect a failed session: by BFD, or, in profile `original`, by BGP's hold time.
 *
 * @param speed how many times faster than in reality
 */
export function detectionOf({ profile, bfd }: Pick<Topology, 'profile' | 'bfd'>, speed = 1): Detection {
  if (profile === 'fast') return bfdDetection({ ...bfd, intervalMs: bfd.intervalMs / speed });
  const { keepalive, holdtime } = profileValues[profile].bgp;
  return holdTimeDetection((keepalive * 1000) / speed, (holdtime * 1000) / speed);
}

/** BFD: the last packet is up to one interval old. When its absence is told: see `limits` in router/bfd-changes. */
function bfdDetection({ intervalMs, multiplier }: Topology['bfd']): Detection {
  const detectionMs = intervalMs * multiplier;
  const confirmFromMs = Math.min(detectionMs, Math.max(detectionMs - intervalMs, CONFIRM_NEVER_BEFORE_MS + intervalMs));
  const toldMs = Math.max(detectionMs / 2, confirmFromMs - SOONER_MS, MISSING_AFTER_MS);
  return (random) => {
    const ageMs = intervalMs * random();
    return {
      ...(toldMs < detectionMs && { silence: { atMs: toldMs - ageMs, confirmFromMs: confirmFromMs - ageMs } }),
      detectedMs: detectionMs - ageMs,
      droppedMs: detectionMs - ageMs + HANDLING_MS,
    };
  };
}

/** BGP without BFD: the hold time runs from the last keepalive, which is up to one interval old. */
export function holdTimeDetection(keepaliveMs: number, holdMs: number): Detection {
  return (random) => {
    const ms = holdMs - keepaliveMs * random();
    return { detectedMs: ms, droppedMs: ms };
  };
}

interface Session {
  readonly kind: 'ebgp' | 'ibgp';
  readonly ends: readonly [string, string];
  /** Addresses of the ends, as the other end's neighbour statement has them. */
  readonly addresses: readonly [string, string];
  /** Ends that still think it Established. */
  readonly believedBy: Set<string>;
  /** Ends that have detected its loss. */
  readonly detectedBy: Set<string>;
}

function ebgpSessions({ tunnels }: Topology): Session[] {
  return tunnels.map(({ between, network }) => {
    const [a, b] = between;
    return {
      kind: 'ebgp',
      ends: [a, b],
      addresses: [host(network, 1), host(network, 2)],
      believedBy: new Set([a, b]),
      detectedBy: new Set(),
    };
  });
}

function ibgpSessions(topology: Topology): Session[] {
  // Over the pair's own tunnel, where the profile gives it one.
  const addressOfPeer = (router: Router) => bgpNeighbors(topology)(router).pair[0] ?? '';
  return topology.sites.map(({ routers: { active, standby } }) => ({
    kind: 'ibgp',
    ends: [active.name, standby.name],
    addresses: [addressOfPeer(standby), addressOfPeer(active)],
    believedBy: new Set([active.name, standby.name]),
    detectedBy: new Set(),
  }));
}

function changeOf(session: Session, router: string): SessionChange {
  return { router, peer: otherEnd(session, router), kind: session.kind };
}

function otherEnd({ ends: [a, b] }: Session, end: string): string {
  return end === a ? b : a;
}

function addressOf({ ends, addresses }: Session, end: string): string {
  return end === ends[0] ? addresses[0] : addresses[1];
}

/** The n-th address of a /30. */
function host(network: string, n: number): string {
  const [address = ''] = network.split('/');
  const octets = address.split('.').map(Number);
  return [...octets.slice(0, 3), (octets[3] ?? 0) + n].join('.');
}
