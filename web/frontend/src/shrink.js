// Makes a photo small enough for a slow line: at most LONGEST pixels, JPEG. Small ones are sent as they are.
const LONGEST = 2560; // pixels, as the server keeps them
const SMALL = 400 * 1024; // bytes
const QUALITY = 0.85;

/** A JPEG of the picture, upright. Rejects when the browser cannot read it. */
export async function shrink(file) {
  if (file.type === 'image/jpeg' && file.size <= SMALL) return file;
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff'; // under pictures that one can look through
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', QUALITY);
  });
}
