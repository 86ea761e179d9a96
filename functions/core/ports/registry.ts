/** Asking a container registry what an image is built for, without an account: what needs a login is not known. */

export interface Platform {
  readonly os: string;
  readonly architecture: string;
}

export interface Registry {
  /** What an image can run on. @returns undefined when the registry says that it has no such image @throws Unavailable, Refused (a login is wanted, or the name is none) */
  platformsOf(image: string): Promise<readonly Platform[] | undefined>;
}
