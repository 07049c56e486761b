// The Vercel AI SDK: a tool is used, and then one that fails. OpenTelemetry is set up as the SDK's manual says.
import { OpenTelemetry } from "@ai-sdk/otel";
import { createOpenAI } from "@ai-sdk/openai";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { generateText, registerTelemetry, isStepCount, tool } from "ai";
import { z } from "zod";

const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
provider.register();
registerTelemetry(new OpenTelemetry());
const openai = createOpenAI({ baseURL: process.env.MODEL_URL, apiKey: "none" });
const tools = {
  find_charge: tool({
    inputSchema: z.object({ charge_id: z.string() }),
    execute: ({ charge_id }) => {
      throw new Error(`There is no charge ${charge_id}`);
    },
  }),
  list_charges: tool({
    inputSchema: z.object({ order_id: z.string() }),
    execute: ({ order_id }) => `${order_id}: ch_9c41, ch_9c40`,
  }),
  refund_charge: tool({
    inputSchema: z.object({ charge_id: z.string(), amount_cents: z.number() }),
    execute: ({ charge_id, amount_cents }) => `${amount_cents} of ${charge_id} refunded`,
  }),
};
const { text } = await generateText({
  model: openai("gpt-4o-mini"),
  tools,
  stopWhen: isStepCount(6),
  prompt: process.env.QUESTION,
  telemetry: { isEnabled: true, functionId: "billing-agent" },
});
console.log(text);
await provider.shutdown();
