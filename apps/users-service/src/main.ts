import { host } from '@banyan/hosting';
import { UsersModule } from '@shop/users';

void host('users-service', [UsersModule]);
