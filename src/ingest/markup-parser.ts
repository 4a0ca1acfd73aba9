import { type Handler, Parser, type ParserOptions } from "htmlparser2";
import { REPLACEMENT } from "./entities.ts";

/** Elements inside of elements that are told apart. No page is built deeper, and the parser looks through all of them at each tag. */
export const MAX_DEPTH = 256;

/** The elements that are open, and those that were opened too deep and are passed over. */
class OpenElements {
  /** The element at hand lies too deep. */
  isPassingOver = false;
  /** The tag at hand closes itself, as `<link/>` does: its end stands in the text. */
  isSelfClosing = false;
  #depth = 0;
  #name = "";
  /** By name: as many closing tags close nothing. */
  readonly #passedOver = new Map<string, number>();

  meet(): void {
    this.isPassingOver = this.#depth >= MAX_DEPTH;
  }

  open(name: string): void {
    this.#depth++;
    this.#name = name;
    if (this.isPassingOver) this.#passedOver.set(name, (this.#passedOver.get(name) ?? 0) + 1);
  }

  close(): void {
    this.#depth--;
    if (this.#depth < MAX_DEPTH) this.#passedOver.clear();
  }

  /** True for the closing tag of an element that was passed over; the element at hand where no name is given. */
  closesPassedOver(name = this.#name): boolean {
    const count = this.#passedOver.get(name) ?? 0;
    if (count > 0) this.#passedOver.set(name, count - 1);
    return count > 0;
  }
}

/**
 * htmlparser2 in time that grows with the text alone: its stack of open elements stays short. An element that lies too deep is told as
 * an empty one, and what it holds as if it stood behind it.
 */
export class MarkupParser extends Parser {
  readonly #elements: OpenElements;
  #isClosing = false;

  constructor(handler: Partial<Handler>, options?: ParserOptions) {
    const elements = new OpenElements();
    super(
      {
        ...handler,
        onopentagname: (name) => {
          elements.open(name);
          handler.onopentagname?.(name);
        },
        onclosetag: (name, isImplied) => {
          elements.close();
          handler.onclosetag?.(name, isImplied && !elements.isSelfClosing);
        },
      },
      options,
    );
    this.#elements = elements;
  }

  override onopentagname(start: number, end: number): void {
    this.#elements.meet();
    super.onopentagname(start, end);
  }

  /** `&#x110000;` and others that stand for no character are nothing. */
  override ontextentity(code: number, end: number): void {
    if (code !== REPLACEMENT) {
      super.ontextentity(code, end);
      return;
    }
    this.endIndex = end - 1;
    this.startIndex = end;
  }

  override onattribentity(code: number): void {
    if (code !== REPLACEMENT) super.onattribentity(code);
  }

  override onselfclosingtag(end: number): void {
    if (this.#elements.isPassingOver) {
      this.#elements.closesPassedOver();
      this.onopentagend(end);
      return;
    }
    this.#elements.isSelfClosing = true;
    super.onselfclosingtag(end);
    this.#elements.isSelfClosing = false;
  }

  override onclosetag(start: number, end: number): void {
    this.#isClosing = true;
    super.onclosetag(start, end);
    this.#isClosing = false;
  }

  /** Void elements, such as `<br>`, do not come onto the stack. */
  protected override isVoidElement(name: string): boolean {
    if (super.isVoidElement(name)) return true;
    if (this.#isClosing) return this.#elements.closesPassedOver(name);
    return this.#elements.isPassingOver && name !== "";
  }
}
