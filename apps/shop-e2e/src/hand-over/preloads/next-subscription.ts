/*
 * Preloaded into a process of the next release: inventory hears of one more event, confirmed orders.
 */
import { InventoryModule } from '@shop/inventory';
import { OrderConfirmed } from '@shop/orders/contract';
import { noteIn } from './diary';

noteIn(InventoryModule, OrderConfirmed);
