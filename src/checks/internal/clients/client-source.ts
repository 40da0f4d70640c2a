/** A client, or a function that returns the client of the moment, for one that is replaced at run time. */
export type ClientSource<Client> = Client | (() => Client | PromiseLike<Client>);
