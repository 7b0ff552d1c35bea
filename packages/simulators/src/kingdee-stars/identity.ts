/**
 * Who may come in, the same under every seed. All of it is invented: the first client of the published vectors, and the account set
 * of the captured requests.
 */
export const IDENTITY = {
  clientId: "299001",
  clientSecret: "0c1d2e3f405162738495a6b7c8d9eafb",
  username: "demo",
  password: "demo888888",
  appKey: "Zx9QkT2m",
  /** In force until push_app_authorize makes a new one, or its life is over. */
  firstAppSecret: "7f3b0a1c2d4e5f60718293a4b5c6d7e8f9011223",
  /** The app-token of the captured request, in force from the start. */
  firstAppToken: "tok",
  outerInstanceId: "demo-instance",
  accountId: "8001",
  accountName: "打通示范账套",
  groupId: "81",
  groupName: "ns-demo",
  serviceId: "9001",
  domain: "https://tf.jdy.com",
} as const;
