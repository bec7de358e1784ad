import { host } from '@banyan/hosting';
import { NotificationsModule } from '@shop/notifications';

void host('notifications-service', [NotificationsModule]);
