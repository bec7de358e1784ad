import { UID } from '../images/dockerfile';

/** What the restricted Pod Security Standard asks for, and no token of the cluster. */
export const confinedPod = (serviceAccountName: string) => ({
  serviceAccountName,
  automountServiceAccountToken: false,
  // Or every service of the namespace becomes variables here, such as PAYMENT_PROVIDER_PORT=tcp://…, which mean something else.
  enableServiceLinks: false,
  securityContext: {
    runAsNonRoot: true,
    runAsUser: UID,
    runAsGroup: UID,
    seccompProfile: { type: 'RuntimeDefault' },
  },
});

export const confinedContainer = {
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
};

export const value = (name: string, text: string) => ({ name, value: text });

export const fromSecret = (name: string, secret: string, key: string, optional = false) => ({
  name,
  valueFrom: { secretKeyRef: { name: secret, key, ...(optional && { optional }) } },
});
