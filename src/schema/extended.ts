import { type Static, type TObject, Type } from '@sinclair/typebox'

/**
 * `{ ...record, ...fields }` for an answer, where the record is one of the store, which never
 * changes: its text is kept from one answer to the next. Most of what a list costs is to write its
 * rows.
 */
export class Extended<Row extends object, Fields extends object> {
  readonly record: Row
  readonly fields: Fields

  constructor(record: Row, fields: Fields) {
    this.record = record
    this.fields = fields
  }
}

/** The schema of such an answer: of the whole on the wire, of the two parts for the handler. */
export const ExtendedObject = <Row extends TObject, Fields extends TObject>(
  row: Row,
  fields: Fields,
) => Type.Unsafe<Extended<Static<Row>, Static<Fields>>>(Type.Composite([row, fields]))
