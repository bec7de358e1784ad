export type Template =
  | 'welcome'
  | 'order-confirmed'
  | 'order-cancelled'
  | 'shipment-dispatched'
  | 'shipment-delivered'
  | 'shipment-lost'
  | 'payment-refunded';

/** What is said of one thing that happened; whom it is said to is added where it is mailed. */
export interface Words {
  readonly template: Template;
  readonly subject: string;
  readonly text: string;
}

interface Money {
  readonly amount: number;
  readonly currency: string;
}

interface OfOrder {
  readonly orderId: string;
}

export const welcome = (): Words => ({
  template: 'welcome',
  subject: 'Welcome to Banyan',
  text: 'Your account is open, and the shop is yours to look around in.',
});

export const orderConfirmed = ({
  orderId,
  lines,
  total,
}: OfOrder & {
  readonly lines: readonly { readonly name: string; readonly quantity: number }[];
  readonly total: Money;
}): Words => ({
  template: 'order-confirmed',
  subject: 'Your order is confirmed',
  text: [
    `We are getting your order ${orderId} ready:`,
    ...lines.map(({ name, quantity }) => `  ${quantity} × ${name}`),
    `You paid ${inWords(total)}.`,
  ].join('\n'),
});

export const orderCancelled = ({ orderId, reason }: OfOrder & { readonly reason: string }): Words => ({
  template: 'order-cancelled',
  subject: 'Your order was cancelled',
  text: `Your order ${orderId} was cancelled. ${WHY_CANCELLED[reason] ?? 'We could not fulfil it.'}`,
});

export const shipmentDispatched = ({
  orderId,
  carrier,
  trackingNumber,
}: OfOrder & { readonly carrier: string; readonly trackingNumber: string }): Words => ({
  template: 'shipment-dispatched',
  subject: 'Your order is on its way',
  text: `${carrier} brings you your order ${orderId}. Follow it under ${trackingNumber}.`,
});

export const shipmentDelivered = ({ orderId }: OfOrder): Words => ({
  template: 'shipment-delivered',
  subject: 'Your order was delivered',
  text: `Your order ${orderId} was delivered. Enjoy it.`,
});

export const shipmentLost = ({ orderId }: OfOrder): Words => ({
  template: 'shipment-lost',
  subject: 'Your parcel was lost',
  text: `The parcel of your order ${orderId} was lost on its way. We are sorry, and cancel the order.`,
});

export const paymentRefunded = ({
  orderId,
  amount,
  refunded,
}: OfOrder & { readonly amount: Money; readonly refunded: Money }): Words => ({
  template: 'payment-refunded',
  subject: 'You get money back',
  text:
    `For your order ${orderId} you get ${inWords(amount)} back.` +
    (refunded.amount > amount.amount ? ` Together with earlier refunds that is ${inWords(refunded)}.` : ''),
});

const WHY_CANCELLED: Readonly<Record<string, string>> = {
  'customer-request': 'You asked us to.',
  'stock-refused': 'Not everything that you ordered is in stock.',
  'payment-declined': 'Your payment was declined, and nothing was taken.',
  'checkout-expired': 'We could not confirm it in time.',
  'parcel-lost': 'Its parcel was lost on the way.',
};

/** Minor units as people write them: `€22.00`. */
function inWords({ amount, currency }: Money): string {
  const format = new Intl.NumberFormat('en-GB', { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
