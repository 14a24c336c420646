import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse } from '@nestjs/swagger';
import { z } from 'zod';

type SchemaObject = Extract<Parameters<typeof ApiBody>[0], { readonly schema: unknown }>['schema'];

function schemaOf(schema: z.ZodType): SchemaObject {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', target: 'openapi-3.0' }) as SchemaObject;
}

/** What a route takes, from the schema that reads it. */
export const Takes = (schema: z.ZodType): MethodDecorator => ApiBody({ schema: schemaOf(schema) });

/** What a route answers. */
export const Answers = (schema: z.ZodType): MethodDecorator => ApiOkResponse({ schema: schemaOf(schema) });

/** A route that takes a CSV file. */
export const TakesCsv = (): MethodDecorator =>
  applyDecorators(ApiConsumes('text/csv'), ApiBody({ schema: { type: 'string', format: 'binary' } }));
