import { type Document, Invoices, type NumberedDocument } from '../domain/invoices';

export class InMemoryInvoices extends Invoices {
  readonly issued: NumberedDocument[] = [];

  async issue(document: Document): Promise<void> {
    if (this.issued.some(({ providerKey }) => providerKey === document.providerKey))
      throw new Error(`There is a paper for ${document.providerKey} already`);
    this.issued.push({ ...document, number: this.issued.length + 1 });
  }

  async of(orderId: string): Promise<NumberedDocument[]> {
    return this.issued.filter((document) => document.orderId === orderId);
  }
}
