// A signature: written with a finger or a mouse, or typed, then sent as a picture; the form holds its id.
import { Refusal, send } from './send.js';

const INK = '#10243a';
const WIDTH = 5; // of the canvas's pixels, 900 across

class Signature {
  constructor(form, box, words, changed) {
    Object.assign(this, { form, box, words, changed, drawn: false });
    this.canvas = box.querySelector('canvas');
    this.pen = this.canvas.getContext('2d');
    this.canvas.addEventListener('pointerdown', (event) => this.start(event));
    this.canvas.addEventListener('pointermove', (event) => this.move(event));
    box.querySelector('[data-sign]').addEventListener('click', () => this.sign());
    box.querySelector('[data-clear]').addEventListener('click', () => this.clear());
    box.querySelector('[data-typed]').addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      this.sign();
    });
  }

  part(name) { return this.box.querySelector(`[data-${name}]`); }

  say(text) { this.part('state').textContent = text; }

  at(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [(event.clientX - left) * (this.canvas.width / width), (event.clientY - top) * (this.canvas.height / height)];
  }

  start(event) {
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    Object.assign(this.pen, { strokeStyle: INK, lineWidth: WIDTH, lineCap: 'round', lineJoin: 'round' });
    this.pen.beginPath();
    this.pen.moveTo(...this.at(event));
  }

  move(event) {
    if (!this.canvas.hasPointerCapture(event.pointerId)) return;
    this.pen.lineTo(...this.at(event));
    this.pen.stroke();
    this.drawn = true;
    this.box.dataset.unsent = '';
  }

  write(name) {
    const { width, height } = this.canvas;
    Object.assign(this.pen, { fillStyle: INK, font: '72px KaiTi, STKaiti, serif', textAlign: 'center', textBaseline: 'middle' });
    this.pen.fillText(name, width / 2, height / 2, width - 40);
  }

  /** On white, so that it can be seen on every ground. */
  picture() {
    this.pen.globalCompositeOperation = 'destination-over';
    this.pen.fillStyle = '#fff';
    this.pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.pen.globalCompositeOperation = 'source-over';
    return new Promise((resolve) => { this.canvas.toBlob(resolve, 'image/png'); });
  }

  async sign() {
    const typed = this.part('typed').value.trim();
    if (!this.drawn && !typed) {
      this.say(this.words.empty);
      return;
    }
    if (!this.drawn) this.write(typed);
    this.say(this.words.sending.replace('{percent}', ''));
    try {
      const stored = await send(this.form, { file: await this.picture(), kind: 'signature', name: 'signature.png' });
      this.part('signed').value = stored.id;
      this.part('picture').src = this.canvas.toDataURL('image/png');
      delete this.box.dataset.unsent;
      this.show(true);
      this.say(this.words.signed);
      this.changed(this.part('signed'));
    } catch (error) {
      this.box.dataset.unsent = '';
      this.say(error instanceof Refusal ? this.words.refused.replace('{reason}', error.message) : this.words.failed);
    }
  }

  clear() {
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.drawn = false;
    delete this.box.dataset.unsent;
    this.part('typed').value = '';
    this.part('signed').value = '';
    this.show(false);
    this.say('');
    this.changed(this.part('signed'));
  }

  show(signed) {
    this.part('picture').hidden = !signed;
    this.part('pad').hidden = signed;
    this.part('sign').hidden = signed;
  }
}

export function signatures(form, words, changed) {
  form.querySelectorAll('[data-signature]').forEach((box) => new Signature(form, box, words, changed));
}
