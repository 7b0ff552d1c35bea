/** Answers that hold rows of the source: written by our own writer, so that decimals and 19-digit ids keep every digit. */
import { writeJson, type Json } from "@datong/core";
import type { FastifyReply } from "fastify";

export function sendExactly(reply: FastifyReply, value: object): FastifyReply {
  return reply.type("application/json; charset=utf-8").send(Buffer.from(writeJson(value as unknown as Json), "utf8"));
}
