/** An amount in minor units: 1250 EUR is twelve euros fifty. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}
