// The gateway with a meter around it: the same Worker and the same classes, the platform beneath them counted as it
// is used. Nothing of the gateway knows; `/meter` reads the count of all objects and sets it to zero.

import { AddressOfRecord as Metered } from "../../durable-objects/address-of-record";
import { Realm as MeteredRealm } from "../../durable-objects/realm";
import gateway from "../../src/index";
import { type Meter, newMeter, type Reading } from "./meter";

/** One isolate holds every object, so one meter does. */
let meter: Meter = newMeter();
let statements = 0;
/** What a cursor has read is known when it has been read through: all are asked when the meter is. */
const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
/** The size of each object's database after its last statement. */
const storedBytes = new Map<string, number>();

export class AddressOfRecord extends Metered {
  constructor(context: DurableObjectState, env: Env) {
    super(countingStorage(context), countingCalls(env));
  }

  override fetch(request: Request): Promise<Response> {
    meter.upgrades++;
    return timed(super.fetch(request));
  }

  override webSocketMessage(webSocket: WebSocket, message: string | ArrayBuffer): void | Promise<void> {
    meter.messagesIn++;
    return super.webSocketMessage(webSocket, message);
  }

  override alarm(...values: Parameters<Metered["alarm"]>): ReturnType<Metered["alarm"]> {
    meter.alarmsFired++;
    return super.alarm(...values);
  }

  override receive(...parcels: Parameters<Metered["receive"]>): ReturnType<Metered["receive"]> {
    return timed(super.receive(...parcels));
  }

  override receiveOne(...parcel: Parameters<Metered["receiveOne"]>): ReturnType<Metered["receiveOne"]> {
    return timed(super.receiveOne(...parcel));
  }
}

export class Realm extends MeteredRealm {
  constructor(context: DurableObjectState, env: Env) {
    super(countingStorage(context), env);
  }
}

export default {
  fetch(request, env, context) {
    if (new URL(request.url).pathname !== "/meter") return gateway.fetch(request, env, context);
    for (const cursor of cursors.splice(0)) meter.rowsRead += cursor.rowsRead;
    const reading = meter;
    const sent = statements;
    meter = newMeter();
    statements = 0;
    return Response.json({
      ...reading,
      statements: sent,
      storedBytes: Object.fromEntries(storedBytes),
    } satisfies Reading);
  },
} satisfies ExportedHandler<Env>;

/** Adds the time until the work is done; the platform's clock stands still while an object computes. */
async function timed<Outcome>(work: Promise<Outcome>): Promise<Outcome> {
  const start = Date.now();
  try {
    return await work;
  } finally {
    meter.activeMs += Date.now() - start;
  }
}

/** Each write shows on its cursor, the alarm's on its call. */
function countingStorage(context: DurableObjectState): DurableObjectState {
  const { storage } = context;
  const { sql } = storage;
  const exec = (query: string, ...values: SqlStorageValue[]) => {
    const cursor = sql.exec(query, ...values);
    statements++;
    meter.rows += cursor.rowsWritten;
    cursors.push(cursor);
    storedBytes.set(context.id.name ?? "", sql.databaseSize);
    return cursor;
  };
  const setAlarm = (at: number | Date) => {
    meter.alarmsSet++;
    return storage.setAlarm(at);
  };
  const counted = overlay(storage, { sql: overlay(sql, { exec }), setAlarm });
  Object.defineProperty(context, "storage", { value: counted });
  return context;
}

/** Calls on the stubs of other objects: counted when made, timed until answered. */
function countingCalls(env: Env): Env {
  const counted = <Binding extends { getByName(name: string): object }>(binding: Binding): Binding =>
    overlay(binding, { getByName: (name: string) => countingStub(binding.getByName(name)) });
  return {
    ...env,
    ADDRESS_OF_RECORD: counted(env.ADDRESS_OF_RECORD),
    REALM: counted(env.REALM),
  };
}

function countingStub(stub: object): object {
  return new Proxy(stub, {
    get:
      (target, method) =>
      (...values: readonly unknown[]) => {
        meter.calls++;
        const call = Reflect.get(target, method) as (...values: readonly unknown[]) => Promise<unknown>;
        return timed(Promise.resolve(call(...values)));
      },
  });
}

/** An object of the platform's with some members replaced; its own methods still find it as `this`. */
function overlay<Target extends object>(target: Target, members: object): Target {
  return new Proxy(target, {
    get: (_, name) => {
      if (name in members) return Reflect.get(members, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
