/** A state that several servers have in common. */
export interface SharedState {
  /**
   * Called before a request reads the state: waits until it is this server's turn and has caught up
   * with what the other servers wrote. The body of the request may still be arriving.
   */
  begin(): Promise<void>
  /**
   * Called once for every `begin`, before the response leaves: resolves when the other servers can
   * see what the request wrote.
   */
  end(): Promise<void>
}
